using FhirGateway.Telemetry;

namespace FhirGateway.Destination.Proofs;

/// <summary>
/// The access token of the moment, in memory only. However many ask for one, one request asks the token endpoint; the next token is asked
/// for before the last one ends.
/// </summary>
public sealed class AccessTokens(TokenEndpoint endpoint, string askedScope, TimeProvider clock, ILogger logger)
{
    // A token endpoint that fails is not asked by every delivery that was about to go out.
    private static readonly TimeSpan BetweenFailures = TimeSpan.FromSeconds(2);

    // A destination that refuses a token so young will refuse the next one as well.
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private AccessToken? _held;
    private Task<AccessToken>? _asking;
    private (ProofException Failure, long At)? _failed;

    /// <summary>Scopes that were asked for and not granted, in words; null where there are none.</summary>
    public string? Doubt
    {
        get
        {
            if (_held?.Scope is not { Length: > 0 } granted || granted.Contains("system/*", StringComparison.Ordinal)) return null;
            var missing = string.Join(' ', askedScope.Split(' ').Except(granted.Split(' '), StringComparer.Ordinal));
            return missing.Length == 0
                ? null
                : $"Its access token lacks scopes that {endpoint.At}:Scope names: {missing}.";
        }
    }

    /// <summary>A token that holds.</summary>
    /// <exception cref="ProofException">There is none.</exception>
    public async Task<AccessToken> GetAsync(CancellationToken cancellationToken)
    {
        Task<AccessToken> asking;
        lock (_lock)
        {
            var age = _held is null ? TimeSpan.MaxValue : clock.GetElapsedTime(_held.GotAt);
            if (_held is not null && age < _held.DueAfter) return _held;
            asking = Ask();
            if (_held is not null && age < _held.Lifetime) return _held;
        }

        return await asking.WaitAsync(cancellationToken);
    }

    /// <summary>The token that comes after one that the destination refused; the same where it is too young for that to help.</summary>
    /// <inheritdoc cref="GetAsync" path="/exception"/>
    public async Task<AccessToken> AfterAsync(AccessToken refused, CancellationToken cancellationToken)
    {
        Task<AccessToken> asking;
        lock (_lock)
        {
            if (_held is not null && _held != refused) return _held;
            if (clock.GetElapsedTime(refused.GotAt) < Young) return refused;
            asking = Ask();
        }

        return await asking.WaitAsync(cancellationToken);
    }

    private Task<AccessToken> Ask()
    {
        if (_asking is not null) return _asking;
        if (_failed is var (failure, at) && clock.GetElapsedTime(at) < BetweenFailures) return Task.FromException<AccessToken>(failure);

        // Nobody's own cancellation ends it: others wait for it, too.
        return _asking = Task.Run(AskAsync);
    }

    private async Task<AccessToken> AskAsync()
    {
        try
        {
            var token = await endpoint.AskAsync();
            lock (_lock) (_held, _failed) = (token, null);
            DestinationLog.HasToken(logger, token.Lifetime);
            return token;
        }
        catch (ProofException failure)
        {
            lock (_lock) _failed = (failure, clock.GetTimestamp());
            DestinationLog.HasNoToken(logger, failure.Message);
            throw;
        }
        finally
        {
            lock (_lock) _asking = null;
        }
    }
}

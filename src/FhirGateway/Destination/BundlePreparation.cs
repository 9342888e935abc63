using FhirGateway.Settings;
using Hl7.Fhir.Model;

namespace FhirGateway.Destination;

/// <summary>
/// Makes of a translation's bundle what this destination can take: the step between translating and sending. The searches that name
/// patients, encounters and earlier versions are made here and compared letter by letter, so that no server's idea of a match decides whose
/// chart a note goes into.
/// </summary>
public sealed class BundlePreparation(FhirServer destination, KnownDestination known, SharedResources shared)
{
    private readonly ClientIds _clientIds = new(destination);
    private readonly IdentifiedWrites _identified = new(destination, known.At);
    private readonly WholePredecessor _whole = new(destination);

    /// <summary>The bundle that can be sent; or what becomes of the delivery instead.</summary>
    /// <param name="bundle">A translation's bundle, which nobody else needs any more: it is rewritten.</param>
    /// <param name="lookedUp">What was looked up for the translation already, by condition: it is not searched again.</param>
    public async Task<(PreparedBundle? Prepared, Outcome? Stopped)> PrepareAsync(
        Bundle bundle, IEnumerable<(string Condition, ResourceLocation Location)> lookedUp, CancellationToken cancellationToken)
    {
        var found = lookedUp.ToDictionary(each => each.Condition, each => each.Location, StringComparer.Ordinal);
        var resolved = new Dictionary<Condition, ResourceLocation>();
        var ensured = new List<(Bundle.EntryComponent, Condition, ResourceLocation)>();
        try
        {
            var strategy = await known.StrategyAsync(cancellationToken);

            // Until a search has shown that it does not ignore case, its idea of a match decides nothing.
            var leaves = strategy.References.Is == ReferencesSetting.Conditional && known.IgnoresCase == false;
            var left = leaves ? new HashSet<Condition>() : null;
            var stopped = await ResolveAsync(bundle, found, resolved, left, cancellationToken)
                ?? await ShareAsync(bundle, ensured, cancellationToken)
                ?? await WriteAsync(bundle, ensured, cancellationToken)
                ?? (strategy.Patch.Is ? null : await _whole.ReplaceAsync(bundle, cancellationToken))
                ?? await WithoutClientIdsAsync(bundle, cancellationToken);
            return stopped is null ? (new PreparedBundle(bundle, resolved, ensured, left ?? []), null) : (null, stopped);
        }
        catch (FhirRequestException failure)
        {
            return (null, TransactionSender.Unreached(failure));
        }
    }

    /// <summary>Why a bundle that was refused no longer stands on what it stood on; null when all that is as it was.</summary>
    /// <exception cref="FhirRequestException">No answer came.</exception>
    public async Task<Outcome?> WhatHasChangedAsync(PreparedBundle refused, CancellationToken cancellationToken)
    {
        foreach (var (condition, location) in refused.Resolved)
        {
            var (now, stopped) = await OneAsync(condition, cancellationToken);
            if (stopped is not null) return stopped;
            if (now != location)
                return new TryAgain($"which {condition.Type} the bundle refers to has changed meanwhile", RetryCause.Conflict);
        }

        foreach (var condition in refused.Left)
        {
            if ((await OneAsync(condition, cancellationToken)).Stopped is { } stopped) return stopped;
        }

        foreach (var (entry, condition, location) in refused.Shared)
        {
            shared.Forget(condition);
            var (now, stopped) = await shared.EnsureAsync(entry, condition, cancellationToken);
            if (now == location) continue;
            return stopped ?? new TryAgain($"{condition.Readable}, which all notes share, is another now", RetryCause.Conflict);
        }

        foreach (var condition in refused.Bundle.Entry.Select(entry => Condition.Parse(entry.Request?.Url)).OfType<Condition>())
        {
            var found = await destination.FindAsync(condition, cancellationToken);
            if (found.Matches is { Count: > 1 }) return found.One(condition).Stopped;
        }

        return null;
    }

    /// <summary>Puts what is there in the place of every search, in references and patches.</summary>
    /// <param name="left">Gets the searches in references that the destination makes itself; null: it makes none.</param>
    private async Task<Outcome?> ResolveAsync(
        Bundle bundle,
        Dictionary<string, ResourceLocation> found,
        Dictionary<Condition, ResourceLocation> resolved,
        HashSet<Condition>? left,
        CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var own = bundle.Entry
            .SelectMany(entry => new[] { entry.FullUrl, entry.Request?.Url })
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        foreach (var reference in References.In(bundle))
        {
            if (reference.Reference is not { } text || text.StartsWith('#')) continue;
            reference.Reference = text = await RelativeAsync(text, cancellationToken);
            if (Condition.Parse(text) is { } condition)
            {
                if (left is not null)
                {
                    left.Add(condition);
                    continue;
                }

                if (await ResolveAsync(condition, found, resolved, cancellationToken) is { } stopped) return stopped;
                reference.Reference = resolved[condition].ToString();
                seen.Add(reference.Reference);
            }
            else if (text.StartsWith("urn:", StringComparison.Ordinal))
            {
                if (!own.Contains(text)) return Dead.Of($"the bundle refers to {text}, which is not one of its entries", []);
            }
            else if (!own.Contains(text) && seen.Add(text) && await MissingAsync(text, cancellationToken) is { } missing)
            {
                return missing;
            }
        }

        foreach (var request in bundle.Entry.Select(entry => entry.Request).OfType<Bundle.RequestComponent>())
        {
            if (request.Method != Bundle.HTTPVerb.PATCH || Condition.Parse(request.Url) is not { } condition) continue;
            if (await ResolveAsync(condition, found, resolved, cancellationToken) is { } stopped) return stopped;
            request.Url = resolved[condition].ToString();
        }

        return null;
    }

    private async Task<Outcome?> ResolveAsync(
        Condition condition,
        Dictionary<string, ResourceLocation> found,
        Dictionary<Condition, ResourceLocation> resolved,
        CancellationToken cancellationToken)
    {
        if (resolved.ContainsKey(condition)) return null;
        if (found.TryGetValue(condition.Text, out var there))
        {
            resolved.Add(condition, there);
            return null;
        }

        var (location, stopped) = await OneAsync(condition, cancellationToken);
        if (location is not null) resolved.Add(condition, location);
        return stopped;
    }

    private async Task<(ResourceLocation? Location, Outcome? Stopped)> OneAsync(Condition condition, CancellationToken cancellationToken)
    {
        var (match, stopped) = (await destination.FindAsync(condition, cancellationToken)).One(condition);
        return match is { } only ? (new ResourceLocation(condition.Type, Json.Text(only, "id")!, null), null) : (null, stopped);
    }

    /// <summary>A literal reference to what is not there: some servers store it as it is. Only a clear "not here" counts.</summary>
    private async Task<Parked?> MissingAsync(string reference, CancellationToken cancellationToken)
    {
        if (reference.Contains(':', StringComparison.Ordinal) || ResourceLocation.Parse(reference) is not { } location) return null;
        return (await destination.ReadAsync(location, cancellationToken)).Status is 404 or 410
            ? new Parked(Condition.OfId(location.Type, location.Id).Text, $"{location} is not on the destination")
            : null;
    }

    /// <summary>Takes what all notes share out of the bundle, and refers to it where it is.</summary>
    private async Task<Outcome?> ShareAsync(
        Bundle bundle, List<(Bundle.EntryComponent, Condition, ResourceLocation)> ensured, CancellationToken cancellationToken)
    {
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in bundle.Entry.ToList())
        {
            if (entry.Request is not { IfNoneExist: { } query, Url: { } type }) continue;
            var condition = Condition.Parse($"{type}?{query.TrimStart('?')}")!;
            var (location, stopped) = await shared.EnsureAsync(entry, condition, cancellationToken);
            if (location is null) return stopped;
            ensured.Add((entry, condition, location));
            bundle.Entry.Remove(entry);
            if (entry.FullUrl is { } name) places[name] = location.ToString();
        }

        if (places.Count > 0) References.Redirect(bundle, places);

        return null;
    }

    private async Task<Outcome?> WriteAsync(
        Bundle bundle, List<(Bundle.EntryComponent, Condition, ResourceLocation)> ensured, CancellationToken cancellationToken)
    {
        var ignoresCase = ensured is [var (_, there, _), ..] && await known.IgnoresCaseAsync(there, cancellationToken);
        return await _identified.WriteAsync(bundle, known.Strategy.Writes, ignoresCase, cancellationToken);
    }

    private async Task<Outcome?> WithoutClientIdsAsync(Bundle bundle, CancellationToken cancellationToken)
    {
        var types = ClientIds.In(bundle.Entry).Select(entry => entry.Resource!.TypeName).ToHashSet(StringComparer.Ordinal);
        return types.Count == 0 || await known.TakesClientIdsAsync(types, cancellationToken)
            ? null
            : await _clientIds.ReplaceAsync(bundle, cancellationToken);
    }

    // HAPI takes an absolute reference to itself for one to another server, and finds nothing by it.
    private async Task<string> RelativeAsync(string reference, CancellationToken cancellationToken)
    {
        if (!reference.StartsWith("http", StringComparison.Ordinal)) return reference;
        var names = new[] { destination.BaseUrl, (await known.FeaturesAsync(cancellationToken))?.BaseUrl };
        return names.FirstOrDefault(name => name is not null && reference.StartsWith(name + "/", StringComparison.Ordinal)) is { } own
            ? reference[(own.Length + 1)..]
            : reference;
    }
}

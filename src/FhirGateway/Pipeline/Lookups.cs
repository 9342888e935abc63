using System.Text.Json;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Pipeline;

/// <summary>
/// Finds what a translation must know from elsewhere: resources of the destination, correlations of the ledger. Remembers nothing: what was
/// missing may be there now.
/// </summary>
public sealed class Lookups(FhirServer destination, ILedger ledger)
{
    /// <summary>All that was found; or, at the first that was not, what becomes of the delivery.</summary>
    /// <param name="needed">What must be found, as far as what was found so far tells.</param>
    public async Task<(IReadOnlyDictionary<Lookup, JsonElement> Found, Outcome? Stopped)> ResolveAsync(
        string source, Func<IReadOnlyDictionary<Lookup, JsonElement>, IReadOnlyList<Lookup>> needed, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Lookup, JsonElement>();
        while (needed(found).FirstOrDefault(lookup => !found.ContainsKey(lookup)) is { } lookup)
        {
            var (value, stopped) = lookup switch
            {
                CorrelationLookup correlation => await CorrelationAsync(source, correlation, cancellationToken),
                ResourceLookup resource => await ResourceAsync(resource, cancellationToken),
                ReferenceLookup reference => await OneAsync(reference.Condition, cancellationToken),
                _ => throw new InvalidOperationException($"{lookup.GetType().Name} is a kind of lookup this gateway does not know."),
            };
            if (stopped is not null) return (found, stopped);
            found[lookup] = value!.Value;
        }

        return (found, null);
    }

    /// <summary>A resource by its identifier. None parks; several are refused, for no guess decides between patients.</summary>
    public Task<(JsonElement? Value, Outcome? Stopped)> ResourceAsync(ResourceLookup lookup, CancellationToken cancellationToken) =>
        OneAsync($"{lookup.ResourceType}?{new Identity(lookup.System, lookup.Value).Query}", cancellationToken);

    /// <summary>Where the resources are that an event refers to, by the condition that its bundle names each with.</summary>
    public static IEnumerable<(string Condition, ResourceLocation Location)> LocationsOf(IReadOnlyDictionary<Lookup, JsonElement> found)
    {
        foreach (var (lookup, resource) in found)
        {
            if (lookup is ReferenceLookup reference && JsonPointer.FindText(resource, "/id") is { } id)
                yield return (reference.Condition, new ResourceLocation(reference.ResourceType, id, null));
        }
    }

    /// <summary>Whether the destination says that it has no such resource.</summary>
    public async Task<bool> IsMissingAsync(ResourceLookup lookup, CancellationToken cancellationToken) =>
        (await ResourceAsync(lookup, cancellationToken)).Stopped is Parked;

    private async Task<(JsonElement? Value, Outcome? Stopped)> OneAsync(string condition, CancellationToken cancellationToken)
    {
        var exact = Condition.Parse(condition)!;
        try
        {
            return (await destination.FindAsync(exact, cancellationToken)).One(exact);
        }
        catch (FhirRequestException failure)
        {
            return (null, TransactionSender.Unreached(failure));
        }
    }

    private async Task<(JsonElement? Value, Outcome? Stopped)> CorrelationAsync(
        string source, CorrelationLookup lookup, CancellationToken cancellationToken)
    {
        if (await ledger.GetCorrelationAsync(source, lookup.Key, cancellationToken) is { } json) return (JsonElement.Parse(json), null);
        return (null, new Parked(WaitsFor.Correlation(lookup.Key), $"nothing is registered under the correlation {lookup.Key}"));
    }
}

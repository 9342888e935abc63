using System.Globalization;
using FhirGateway.Sandbox.Store;
using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox.Searching;

/// <summary>
/// A number or quantity search: a prefix, a number, and for a quantity optionally <c>|system|code</c>. Units are not converted.
/// </summary>
internal sealed class QuantityCriterion(SearchParamDefinition parameter, IReadOnlyList<string> values) : ICriterion
{
    private readonly IReadOnlyList<Wanted> _wanted = [.. values.Select(Read)];

    public bool Holds(StoreState state, ResourceVersion resource) => resource.Index.Values(parameter, IndexedValues.Quantities)
        .Any(quantity => _wanted.Any(wanted => Fits(quantity, wanted)));

    private static bool Fits(QuantityValue quantity, Wanted wanted)
    {
        if (wanted.System is { Length: > 0 } system && system != quantity.System) return false;
        if (wanted.Unit is { Length: > 0 } unit && unit != quantity.Code && unit != quantity.Unit) return false;
        return wanted.Prefix switch
        {
            "gt" or "sa" => quantity.Value > wanted.Value,
            "ge" => quantity.Value >= wanted.Value,
            "lt" or "eb" => quantity.Value < wanted.Value,
            "le" => quantity.Value <= wanted.Value,
            "ne" => quantity.Value < wanted.Value - wanted.Half || quantity.Value >= wanted.Value + wanted.Half,
            _ => quantity.Value >= wanted.Value - wanted.Half && quantity.Value < wanted.Value + wanted.Half,
        };
    }

    private static Wanted Read(string value)
    {
        var (prefix, rest) = DateCriterion.SplitPrefix(value);
        var parts = QueryString.Split(rest, '|');
        if (!decimal.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            throw SandboxException.BadRequest($"HAPI-1940: Invalid date/time/quantity format: \"{parts[0]}\"");
        }

        // A searched 5.4 stands for 5.35 up to 5.45 (FHIR R4 search.html, number).
        var half = 0.5m;
        for (var digit = 0; digit < number.Scale; digit++) half /= 10;
        return new Wanted(prefix, number, half, parts.ElementAtOrDefault(1), parts.ElementAtOrDefault(2));
    }

    private sealed record Wanted(string Prefix, decimal Value, decimal Half, string? System, string? Unit);
}

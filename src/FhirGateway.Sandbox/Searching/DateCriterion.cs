using FhirGateway.Sandbox.Store;
using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox.Searching;

/// <summary>A date search with one of FHIR's prefixes; HAPI supports neither <c>ap</c> nor alternatives here.</summary>
internal sealed class DateCriterion : ICriterion
{
    private static readonly string[] Prefixes = ["eq", "ne", "gt", "ge", "lt", "le", "sa", "eb"];
    private readonly SearchParamDefinition _parameter;
    private readonly string _prefix;
    private readonly DateRange _searched;

    public DateCriterion(SearchParamDefinition parameter, IReadOnlyList<string> values)
    {
        if (values.Count > 1) throw SandboxException.BadRequest("HAPI-1930: DateRange parameter does not support OR queries");
        _parameter = parameter;
        (_prefix, var text) = SplitPrefix(values[0]);
        if (!DateRange.TryParse(text, out _searched))
        {
            throw SandboxException.BadRequest($"HAPI-1940: Invalid date/time/quantity format: \"{text}\"");
        }
    }

    public bool Holds(StoreState state, ResourceVersion resource) =>
        resource.Index.Values(_parameter, IndexedValues.Dates).Any(value => value.Is(_prefix, _searched));

    /// <summary>Takes the prefix off a date, number or quantity; refuses unknown ones as HAPI does.</summary>
    public static (string Prefix, string Value) SplitPrefix(string value)
    {
        if (value.Length < 3 || !char.IsAsciiLetter(value[0]) || !char.IsAsciiLetter(value[1]) || char.IsAsciiLetter(value[2]))
        {
            return ("eq", value);
        }
        var prefix = value[..2];
        if (prefix == "ap") throw SandboxException.BadRequest("HAPI-1925: Unknown comparator: APPROXIMATE");
        return Prefixes.Contains(prefix)
            ? (prefix, value[2..])
            : throw SandboxException.BadRequest($"HAPI-1941: Invalid prefix: \"{prefix}\"");
    }
}

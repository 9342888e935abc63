using FhirGateway.Sandbox.Store;
using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox.Searching;

/// <summary>
/// A string search: starts with, whatever case and accents; <c>:exact</c> as it stands. HAPI has <c>:contains</c> switched off.
/// </summary>
internal sealed class StringCriterion : ICriterion
{
    // The gateway runs without culture data, where string.Normalize takes no accent off: Latin-1 and Latin Extended-A by hand.
    private const string Accented = "ÀÁÂÃÄÅĀĂĄÇĆĈĊČĎÈÉÊËĒĔĖĘĚĜĞĠĢĤÌÍÎÏĨĪĬĮİĴĶĹĻĽÑŃŅŇÒÓÔÕÖŌŎŐŔŖŘŚŜŞŠŢŤÙÚÛÜŨŪŬŮŰŲŴÝŶŸŹŻŽ";
    private const string Plain = "AAAAAAAAACCCCCDEEEEEEEEEGGGGHIIIIIIIIIJKLLLNNNNOOOOOOOORRRSSSSTTUUUUUUUUUUWYYYZZZ";

    private readonly SearchParamDefinition _parameter;
    private readonly bool _exact;
    private readonly IReadOnlyList<string> _values;

    public StringCriterion(SearchParamDefinition parameter, string? modifier, IReadOnlyList<string> values)
    {
        if (modifier == "contains") throw new SandboxException(405, "HAPI-1258: :contains modifier is disabled on this server");
        _parameter = parameter;
        _exact = modifier == "exact";
        _values = [.. values.Select(QueryString.Unescape)];
    }

    public bool Holds(StoreState state, ResourceVersion resource) => resource.Index.Values(_parameter, IndexedValues.Strings)
        .Any(text => _values.Any(value => _exact ? text == value : StartsWith(text, value)));

    public static bool StartsWith(string text, string start) => Normalized(text).StartsWith(Normalized(start), StringComparison.Ordinal);

    /// <summary>Upper case without accents: the form strings are compared and sorted in.</summary>
    public static string Normalized(string text)
    {
        return string.Create(text.Length, text, (plain, source) =>
        {
            for (var at = 0; at < source.Length; at++)
            {
                var upper = char.ToUpperInvariant(source[at]);
                var place = Accented.IndexOf(upper, StringComparison.Ordinal);
                plain[at] = place < 0 ? upper : Plain[place];
            }
        });
    }
}

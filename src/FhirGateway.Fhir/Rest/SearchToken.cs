using System.Text;

namespace FhirGateway.Fhir.Rest;

/// <summary>Writes values of token search parameters (http://hl7.org/fhir/R4/search.html#escaping).</summary>
public static class SearchToken
{
    /// <summary><c>system|value</c> with what has a meaning of its own in a search escaped; not URL-encoded.</summary>
    public static string Of(string system, string value) => Escape(system) + "|" + Escape(value);

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (character is '\\' or '|' or ',' or '$') escaped.Append('\\');
            escaped.Append(character);
        }

        return escaped.ToString();
    }
}

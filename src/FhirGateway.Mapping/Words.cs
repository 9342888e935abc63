using System.Text;

namespace FhirGateway.Mapping;

/// <summary>How names are turned from one spelling into another.</summary>
public static class Words
{
    /// <summary>
    /// "ServiceRequest" and "SOAP Note" → "service-request", "soap-note": lower case, every run of anything else than letters and digits
    /// one hyphen.
    /// </summary>
    public static string Kebab(string text)
    {
        var result = new StringBuilder(text.Length + 4);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (!char.IsLetterOrDigit(c))
            {
                if (result.Length > 0 && result[^1] != '-') result.Append('-');
                continue;
            }

            if (char.IsUpper(c) && i > 0 && char.IsLower(text[i - 1])) result.Append('-');
            result.Append(char.ToLowerInvariant(c));
        }

        return result.ToString().TrimEnd('-');
    }

    /// <summary>"history_of_present_illness" → "History of present illness". All other characters stay as they are.</summary>
    public static string FromSnakeCase(string key)
    {
        var words = key.Replace('_', ' ').Trim();
        return words.Length == 0 ? key : char.ToUpperInvariant(words[0]) + words[1..];
    }
}

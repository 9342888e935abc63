using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FhirGateway.FhirPath.Nodes;

namespace FhirGateway.FhirPath.Functions;

/// <summary>encode, decode, escape, unescape (FHIRPath 2.1 §5.6).</summary>
internal static class TextCodingFunctions
{
    public static readonly Function[] All =
    [
        new("encode", 1, 1, (in Call call) => Apply(call, Encode)),
        new("decode", 1, 1, (in Call call) => Apply(call, Decode)),
        new("escape", 1, 1, (in Call call) => Apply(call, Escape)),
        new("unescape", 1, 1, (in Call call) => Apply(call, Unescape)),
    ];

    // A format that is not known and a text that is not of its format give nothing, as the specification has it.
    private static Collection Apply(in Call call, Func<string, string, string?> coding)
    {
        if (call.Text() is not { } text || call.TextArgument(0) is not { } format) return Collection.Empty;
        call.ChargeText(2L * text.Length);
        try
        {
            return Collection.Of(coding(text, format));
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            return Collection.Empty;
        }
    }

    private static string? Encode(string text, string format) => format switch
    {
        "hex" => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)),
        "base64" => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)),
        "urlbase64" => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).Replace('+', '-').Replace('/', '_'),
        _ => null,
    };

    private static string? Decode(string text, string format) => format switch
    {
        "hex" => Encoding.UTF8.GetString(Convert.FromHexString(text)),
        "base64" => Encoding.UTF8.GetString(Convert.FromBase64String(text)),
        "urlbase64" => Encoding.UTF8.GetString(Convert.FromBase64String(Padded(text.Replace('-', '+').Replace('_', '/')))),
        _ => null,
    };

    private static string? Escape(string text, string format) => format switch
    {
        "html" => WebUtility.HtmlEncode(text),
        "json" => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString(),
        _ => null,
    };

    private static string? Unescape(string text, string format) => format switch
    {
        "html" => WebUtility.HtmlDecode(text),
        "json" => UnescapeJson(text),
        _ => null,
    };

    // A JSON reader can't do this: the text is not a JSON string but what was inside one, so quotes may be unescaped.
    private static string? UnescapeJson(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
                continue;
            }

            if (++i == text.Length) return null;
            if (text[i] == 'u'
                && i + 4 < text.Length
                && ushort.TryParse(text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                plain.Append((char)code);
                i += 4;
                continue;
            }

            var at = "\"\\/bfnrt".IndexOf(text[i], StringComparison.Ordinal);
            if (at < 0) return null;
            plain.Append("\"\\/\b\f\n\r\t"[at]);
        }

        return plain.ToString();
    }

    private static string Padded(string text) => text.PadRight((text.Length + 3) / 4 * 4, '=');
}

using System.Xml;

namespace FhirGateway.FhirPath.Functions;

/// <summary>The XHTML that FHIR R4 allows in a narrative (§2.4.0, rules txt-1 and txt-2).</summary>
public static class NarrativeRules
{
    private static readonly HashSet<string> Elements = new(StringComparer.Ordinal)
    {
        "div", "p", "br", "h1", "h2", "h3", "h4", "h5", "h6", "a", "img", "b", "i", "u", "s", "em", "strong", "small", "big", "tt", "sub", "sup", "span", "font",
        "abbr", "acronym", "address", "bdo", "blockquote", "cite", "code", "dfn", "kbd", "pre", "q", "samp", "var", "hr", "ins", "del", "ul", "ol", "li", "dl", "dt", "dd",
        "table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td", "center", "map", "area", "strike",
    };

    private static readonly HashSet<string> Attributes = new(StringComparer.Ordinal)
    {
        "title", "style", "class", "id", "lang", "xml:lang", "dir", "accesskey", "tabindex", "span", "width", "align", "valign", "char", "charoff", "abbr", "axis",
        "headers", "scope", "rowspan", "colspan", "bgcolor", "border", "cellpadding", "cellspacing", "frame", "rules", "summary", "nowrap", "height", "name", "href",
        "src", "alt", "type", "cite", "datetime", "charset", "hreflang", "rel", "rev", "shape", "coords", "usemap", "ismap", "longdesc", "start", "value", "compact",
        "color", "size", "face", "clear", "hspace", "vspace", "noshade", "xmlns",
    };

    /// <summary>
    /// Whether it is one well-formed <c>div</c> of the XHTML namespace with only the elements and attributes that FHIR allows and
    /// something to show: text or an image.
    /// </summary>
    public static bool AllowXhtml(string xhtml)
    {
        // Entities of XHTML are named in its DTD, which is never read: those without one are known by number.
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, ConformanceLevel = ConformanceLevel.Document };
        try
        {
            using var reader = XmlReader.Create(new StringReader(xhtml), settings);
            var shows = false;
            while (reader.Read())
            {
                if (reader.NodeType == XmlNodeType.Element)
                {
                    if (!IsAllowed(reader)) return false;
                    shows |= reader.LocalName == "img";
                }

                shows |= reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA && !string.IsNullOrWhiteSpace(reader.Value);
            }

            return shows;
        }
        catch (XmlException)
        {
            return false;
        }
    }

    private static bool IsAllowed(XmlReader reader)
    {
        if (reader.NamespaceURI != "http://www.w3.org/1999/xhtml" || !Elements.Contains(reader.LocalName)) return false;
        if (reader.Depth == 0 && reader.LocalName != "div") return false;
        for (var more = reader.MoveToFirstAttribute(); more; more = reader.MoveToNextAttribute())
        {
            var allowed = reader.Prefix == "xmlns" || (Attributes.Contains(reader.Name) && !reader.Value.TrimStart().StartsWith("javascript:", StringComparison.OrdinalIgnoreCase));
            if (!allowed) return false;
        }

        reader.MoveToElement();
        return true;
    }
}

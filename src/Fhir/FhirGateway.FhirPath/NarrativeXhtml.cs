using System.Xml;

namespace FhirGateway.FhirPath;

/// <summary>
/// A narrative's <c>div</c>, read once: whether it is the XHTML that R4 allows (§2.4.0, rules txt-1 and txt-2), and what it links to.
/// </summary>
public sealed class NarrativeXhtml
{
    private const string Namespace = "http://www.w3.org/1999/xhtml";

    // txt-1, as R4 lists them in its XPath.
    private static readonly HashSet<string> Elements = new(StringComparer.Ordinal)
    {
        "a", "abbr", "acronym", "b", "big", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "dfn", "div",
        "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre", "q", "samp", "small", "span",
        "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "ul", "var",
    };

    // And xml:lang, which R4's words on a narrative's language ask for beside lang.
    private static readonly HashSet<string> Attributes = new(StringComparer.Ordinal)
    {
        "abbr", "accesskey", "align", "alt", "axis", "bgcolor", "border", "cellhalign", "cellpadding", "cellspacing", "cellvalign", "char",
        "charoff", "charset", "cite", "class", "colspan", "compact", "coords", "dir", "frame", "headers", "height", "href", "hreflang",
        "hspace", "id", "lang", "longdesc", "name", "nowrap", "rel", "rev", "rowspan", "rules", "scope", "shape", "span", "src", "start",
        "style", "summary", "tabindex", "title", "type", "valign", "value", "vspace", "width", "xml:lang",
    };

    private readonly List<string> _links = [];
    private readonly List<string> _anchors = [];

    private NarrativeXhtml()
    {
    }

    /// <summary>
    /// Whether it is one well-formed <c>div</c> of the XHTML namespace, with only the elements and attributes that txt-1 lists.
    /// </summary>
    public bool IsAllowed { get; private set; } = true;

    /// <summary>Whether it has something to show (txt-2): text other than XML's white space, or an image with a source.</summary>
    public bool HasContent { get; private set; }

    /// <summary>What it links to in its own resource or bundle: <c>x</c> of <c>a href="#x"</c> and <c>img src="#x"</c>.</summary>
    public IReadOnlyList<string> LocalLinks => _links;

    /// <summary>What a link can lead to: each <c>id</c> and <c>name</c>.</summary>
    public IReadOnlyList<string> Anchors => _anchors;

    /// <summary>Reads a narrative's text. What can't be read as XML is not allowed, and is read as far as it goes.</summary>
    public static NarrativeXhtml Read(string div)
    {
        ArgumentNullException.ThrowIfNull(div);
        var narrative = new NarrativeXhtml();
        // XHTML's DTD names entities, and is never read: only those that XML itself has, and those by number, are known.
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            ConformanceLevel = ConformanceLevel.Document,
        };
        try
        {
            using var reader = XmlReader.Create(new StringReader(div), settings);
            while (reader.Read()) narrative.Take(reader);
        }
        catch (XmlException)
        {
            narrative.IsAllowed = false;
        }

        return narrative;
    }

    private void Take(XmlReader reader)
    {
        switch (reader.NodeType)
        {
            case XmlNodeType.Element:
                IsAllowed &= reader.NamespaceURI == Namespace
                    && Elements.Contains(reader.LocalName)
                    && (reader.Depth > 0 || reader.LocalName == "div");
                TakeAttributes(reader, reader.LocalName);
                break;
            // XML's own white space only: a no-break space is there to be seen.
            case XmlNodeType.Text or XmlNodeType.CDATA:
                HasContent |= reader.Value.AsSpan().ContainsAnyExcept(" \t\r\n");
                break;
            default:
                break;
        }
    }

    private void TakeAttributes(XmlReader reader, string element)
    {
        for (var more = reader.MoveToFirstAttribute(); more; more = reader.MoveToNextAttribute())
        {
            if (reader.Prefix == "xmlns" || reader.Name == "xmlns") continue;
            IsAllowed &= Attributes.Contains(reader.Name) && !IsScript(reader.Value);
            switch (element, reader.Name)
            {
                case ("a", "href") or ("img", "src") when reader.Value is ['#', _, ..]:
                    _links.Add(reader.Value[1..]);
                    break;
                case (_, "id" or "name"):
                    _anchors.Add(reader.Value);
                    break;
                default:
                    break;
            }

            HasContent |= (element, reader.Name) is ("img", "src");
        }

        reader.MoveToElement();
    }

    // The rule's words leave scripts out, wherever they are.
    private static bool IsScript(string value) => value.AsSpan().TrimStart().StartsWith("javascript:", StringComparison.OrdinalIgnoreCase);
}

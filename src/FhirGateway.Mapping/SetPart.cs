namespace FhirGateway.Mapping;

/// <summary>One part of what all versions of a document share.</summary>
public sealed record SetPart
{
    private SetPart(string label, string pointer, bool isSlug, bool isCorrelated) => (Label, Pointer, IsSlug, IsCorrelated) = (label, pointer, isSlug, isCorrelated);

    /// <summary>The part's name inside the identifier.</summary>
    public string Label { get; }

    /// <summary>Where its value stands.</summary>
    public string Pointer { get; }

    /// <summary>The value is a name for people, which may be spelled differently: its kebab-name counts.</summary>
    public bool IsSlug { get; }

    /// <summary>The value stands in what the site registered, not in the event.</summary>
    public bool IsCorrelated { get; }

    /// <summary>A value, exactly.</summary>
    public static SetPart Of(string label, string pointer) => new(label, pointer, isSlug: false, isCorrelated: false);

    /// <summary>A name for people.</summary>
    public static SetPart Slug(string label, string pointer) => new(label, pointer, isSlug: true, isCorrelated: false);

    /// <summary>A value that the site registered.</summary>
    public static SetPart Correlated(string label, string pointer) => new(label, pointer, isSlug: false, isCorrelated: true);

    internal string Spelled(string value)
    {
        // A colon separates the parts, so one inside a value is written as the percent sign's escape would.
        var slug = IsSlug ? Words.Kebab(value) : "";
        // FHIR's strings hold no control characters either.
        return slug.Length > 0 ? slug : string.Concat(value.Select(c => c is '%' or ':' || char.IsControl(c) ? $"%{(int)c:X2}" : c.ToString()));
    }
}

using System.Text;

namespace FhirGateway.Mapping;

/// <summary>One part of what all versions of a document share.</summary>
public sealed record SetPart
{
    private SetPart(string label, string pointer) => (Label, Pointer) = (label, pointer);

    /// <summary>The part's name inside the identifier.</summary>
    public string Label { get; }

    /// <summary>Where its value stands.</summary>
    public string Pointer { get; }

    /// <summary>The value is a name for people: case and the number of blanks do not count, every sign does.</summary>
    public bool IsSlug { get; private init; }

    /// <summary>The value stands in what the site registered, not in the event.</summary>
    public bool IsCorrelated { get; private init; }

    /// <summary>All that lies there counts, whatever its spelling; nothing there, or nothing in it, counts as absent.</summary>
    public bool IsHashed { get; private init; }

    /// <summary>Where it is missing, the other parts alone say which document it is; else the version stands alone.</summary>
    public bool IsOptional { get; private init; }

    /// <summary>A value, exactly.</summary>
    public static SetPart Of(string label, string pointer) => new(label, pointer);

    /// <summary>A name for people.</summary>
    public static SetPart Slug(string label, string pointer) => new(label, pointer) { IsSlug = true };

    /// <summary>A value that the site registered.</summary>
    public static SetPart Correlated(string label, string pointer) => new(label, pointer) { IsCorrelated = true };

    /// <summary>All that lies at a pointer.</summary>
    public static SetPart Content(string label, string pointer) => new(label, pointer) { IsHashed = true };

    /// <summary>The same part, which may be missing.</summary>
    public SetPart OrWithout() => this with { IsOptional = true };

    /// <summary>
    /// What all versions of a document share, and what earlier releases called it where that was something else; null when a part that
    /// must be
    /// there is not: then it is not known of what document it is a version.
    /// </summary>
    internal static (string Set, IReadOnlyList<string> Former)? KeyOf(IReadOnlyList<SetPart> parts, Func<SetPart, string?> valueOf)
    {
        var values = parts.Select(part => (Part: part, Value: valueOf(part))).ToList();
        if (values.Count == 0 || values.Exists(v => v is { Value: null, Part.IsOptional: false })) return null;
        var (set, former) = (Joined((part, value) => part.Spelled(value)), Joined((part, value) => part.FormerlySpelled(value)));
        return (set, former == set ? [] : [former]);

        string Joined(Func<SetPart, string, string> spell) =>
            string.Join(':', values.Where(v => v.Value is not null).Select(v => $"{v.Part.Label}:{spell(v.Part, v.Value!)}"));
    }

    internal string Spelled(string value) => IsSlug ? SlugOf(value) : Escaped(value);

    /// <summary>How the first release spelled it: names that differ only in signs were one.</summary>
    internal string FormerlySpelled(string value) => IsSlug && Words.Kebab(value) is { Length: > 0 } former ? former : Escaped(value);

    // Letters and digits stay and a blank is a hyphen, so that usual names can be read; every other sign is escaped, the hyphen too, and
    // none is lost.
    private static string SlugOf(string name)
    {
        var slug = new StringBuilder();
        foreach (var character in string.Join(' ', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
        {
            if (char.IsLetterOrDigit(character)) slug.Append(char.ToLowerInvariant(character));
            else if (character == ' ') slug.Append('-');
            else slug.Append(character < 0x100 ? $"%{(int)character:X2}" : $"%u{(int)character:X4}");
        }

        return slug.ToString();
    }

    // A colon separates the parts, so one inside a value is written as the percent sign's escape would. FHIR's strings hold no control
    // characters either.
    private static string Escaped(string value) => value.Any(IsEscaped)
        ? string.Concat(value.Select(c => IsEscaped(c) ? $"%{(int)c:X2}" : c.ToString()))
        : value;

    private static bool IsEscaped(char c) => c is '%' or ':' || char.IsControl(c);
}

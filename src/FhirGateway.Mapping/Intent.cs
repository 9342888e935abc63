using System.Text;

namespace FhirGateway.Mapping;

/// <summary>
/// What is to become of an event, known before it is translated: where it waits its turn, what it needs, what it is a version of.
/// </summary>
/// <param name="Lane">Deliveries of one lane of a source go out in order; different lanes in parallel.</param>
/// <param name="Lookups">What must be fetched from elsewhere first.</param>
/// <param name="Version">Which version of which document it is; null for events that are not a versioned document.</param>
/// <param name="Subject">Whom it is about; null while that is not known, or for events that are about nobody.</param>
public sealed record Intent(string Lane, IReadOnlyList<Lookup> Lookups, DocumentVersion? Version, Subject? Subject);

/// <summary>A version of a document that may be written again.</summary>
/// <param name="SetKey">What all versions of the document share, unique within the source.</param>
/// <param name="VersionId">This version.</param>
/// <param name="Order">Its place in time, as <see cref="VersionOrder"/> compares it.</param>
public sealed record DocumentVersion(string SetKey, string VersionId, string Order)
{
    /// <summary>
    /// What earlier releases called the set: a version recorded so is still this one's predecessor. Empty when nothing has changed.
    /// </summary>
    public IReadOnlyList<string> FormerSetKeys { get; init; } = [];
}

/// <summary>A business identifier.</summary>
public sealed record Identity(string System, string Value)
{
    /// <summary>
    /// As a search condition, percent-encoded: <c>identifier=system|value</c>. The one spelling there is: servers compare a reference's
    /// condition with a write's letter by letter.
    /// </summary>
    public string Query => $"identifier={Uri.EscapeDataString($"{Escaped(System)}|{Escaped(Value)}")}";

    /// <summary>The identity of a <see cref="Query"/>.</summary>
    internal static Identity OfQuery(string query)
    {
        var token = Uri.UnescapeDataString(query["identifier=".Length..]);
        if (!token.Contains('\\', StringComparison.Ordinal) && token.Split('|') is [var only, var other]) return new Identity(only, other);
        var (system, value) = (new StringBuilder(), new StringBuilder());
        var part = system;
        for (var i = 0; i < token.Length; i++)
        {
            if (token[i] == '|') part = value;
            else part.Append(token[i] == '\\' ? token[++i] : token[i]);
        }

        return new Identity(system.ToString(), value.ToString());
    }

    // What has a meaning of its own in a search: http://hl7.org/fhir/R4/search.html#escaping
    private static string Escaped(string text)
    {
        if (text.AsSpan().IndexOfAny(@"\|,$") < 0) return text;
        var escaped = new StringBuilder(text.Length + 4);
        foreach (var character in text)
        {
            if (character is '\\' or '|' or ',' or '$') escaped.Append('\\');
            escaped.Append(character);
        }

        return escaped.ToString();
    }
}

/// <summary>Something that the event itself refers to on the destination: its patient, its encounter. Answered with its JSON.</summary>
/// <param name="Identity">By what it is found, exactly; null where the site named it by its id.</param>
/// <param name="Id">Its id on the destination; null where an identity finds it.</param>
public sealed record ReferenceLookup(string ResourceType, Identity? Identity, string? Id) : Lookup
{
    public override string Kind => ResourceType;

    /// <summary>The search that finds it, percent-encoded.</summary>
    public string Condition => $"{ResourceType}?{Identity?.Query ?? $"_id={Id}"}";
}

/// <summary>What must be known from elsewhere before translating. One that is missing parks the delivery, by name.</summary>
public abstract record Lookup
{
    /// <summary>What is looked up, in a word: a resource type, or "Correlation".</summary>
    public abstract string Kind { get; }
}

/// <summary>A resource of the destination, found by identifier; answered with its JSON.</summary>
/// <param name="RefuseWhenMissing">
/// Ask before the vendor is answered: when the destination definitely has none, the vendor is refused (<see cref="Verdict.Invalid"/>).
/// </param>
public sealed record ResourceLookup(string ResourceType, string System, string Value, bool RefuseWhenMissing) : Lookup
{
    public override string Kind => ResourceType;

    /// <summary>The problem of finding none.</summary>
    public Problem Missing => Problem.Error("not-found", $"{ResourceType} {Value} not found");
}

/// <summary>What the site registered for this source under a key; answered with that JSON.</summary>
public sealed record CorrelationLookup(string Key) : Lookup
{
    public override string Kind => "Correlation";
}

namespace FhirGateway.Validation.Findings;

/// <summary>
/// What a rule found, before it is known where. Each finding is declared once, with its id, code, severity and words, by the
/// classes of this folder: one for each subject.
/// </summary>
/// <param name="Rule">Its id: an invariant's key, or a word such as <c>cardinality</c>.</param>
/// <param name="Code">FHIR issue-type (http://hl7.org/fhir/R4/valueset-issue-type.html).</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Text">What is wrong and what to change.</param>
internal readonly record struct Finding(string Rule, string Code, IssueSeverity Severity, string Text)
{
    /// <inheritdoc cref="ValidationIssue.Demand"/>
    public string? Demand { get; private init; }

    /// <summary>Says what is demanded of the element in other words than <see cref="Text"/>, which quotes the instance.</summary>
    public Finding Demanding(string words) => this with { Demand = ": " + words };

    /// <summary>Its text quotes nothing of the instance, and says what is demanded of the element.</summary>
    public Finding QuotingNothing() => Demanding(Text);

    /// <summary>Its text quotes nothing of the instance, and begins with the name of the child that it is about.</summary>
    public Finding OfChild() => this with { Demand = "." + Text };

    public static Finding Error(string rule, string code, string text) => new(rule, code, IssueSeverity.Error, text);

    public static Finding Warning(string rule, string code, string text) => new(rule, code, IssueSeverity.Warning, text);

    /// <summary>What could not be checked is information with the code <c>not-supported</c>.</summary>
    public static Finding Unchecked(string rule, string text) => new(rule, "not-supported", IssueSeverity.Information, text);
}

using System.Text.RegularExpressions;

namespace FhirGateway.Fhir.Model;

/// <summary>A year, a month or a day, without time or zone; kept as precise as it was given.</summary>
public partial class Date : LiteralType
{
    public Date()
    {
    }

    public Date(string? value) => Literal = value;

    public Date(int year) => Literal = $"{year:D4}";

    public Date(int year, int month) => Literal = $"{year:D4}-{month:D2}";

    public Date(int year, int month, int day) => Literal = $"{year:D4}-{month:D2}-{day:D2}";

    public override string TypeName => "date";

    /// <summary>The literal: YYYY, YYYY-MM or YYYY-MM-DD; null when the element has only an id or extensions.</summary>
    public string? Value { get => Literal; set => Literal = value; }

    private protected override string? ProblemOf(string literal) => Pattern.IsMatch(literal) ? null : "must be a date: YYYY, YYYY-MM or YYYY-MM-DD";

    [GeneratedRegex(@"\A\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern { get; }
}

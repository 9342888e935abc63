using System.Globalization;
using System.Text.RegularExpressions;

namespace FhirGateway.Fhir.Model;

/// <summary>A year, a month, a day, or a moment with its offset from UTC; kept as precise as it was given.</summary>
public partial class FhirDateTime : LiteralType
{
    public FhirDateTime()
    {
    }

    public FhirDateTime(string? value) => Literal = value;

    public FhirDateTime(DateTimeOffset moment) => Literal = DateTimeText.Of(moment);

    public FhirDateTime(int year) => Literal = $"{year:D4}";

    public FhirDateTime(int year, int month) => Literal = $"{year:D4}-{month:D2}";

    public FhirDateTime(int year, int month, int day) => Literal = $"{year:D4}-{month:D2}-{day:D2}";

    public override string TypeName => "dateTime";

    /// <summary>The literal, such as 2024-05 or 2024-05-01T10:00:00Z; null when the element has only an id or extensions.</summary>
    public string? Value { get => Literal; set => Literal = value; }

    /// <summary>The moment, when the literal is one; false for a bare year, month or day, which is a span and not a moment.</summary>
    public bool TryToDateTimeOffset(out DateTimeOffset moment)
    {
        moment = default;
        return Literal is not null && Literal.Contains('T', StringComparison.Ordinal) && Pattern.IsMatch(Literal)
            && DateTimeOffset.TryParse(Literal, CultureInfo.InvariantCulture, out moment);
    }

    private protected override string? ProblemOf(string literal) =>
        Pattern.IsMatch(literal) ? null : "must be a dateTime: YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss with Z or ±hh:mm";

    [GeneratedRegex(@"\A\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00)))?)?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern { get; }
}

using System.Text.RegularExpressions;

namespace FhirGateway.Fhir.Model;

/// <summary>A time of day without zone: hh:mm:ss, perhaps with a fraction.</summary>
public partial class Time : LiteralType
{
    public Time()
    {
    }

    public Time(string? value) => Literal = value;

    public override string TypeName => "time";

    /// <summary>The literal, such as 14:30:00; null when the element has only an id or extensions.</summary>
    public string? Value { get => Literal; set => Literal = value; }

    private protected override string? ProblemOf(string literal) => Pattern.IsMatch(literal) ? null : "must be a time: hh:mm:ss";

    [GeneratedRegex(@"\A([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern { get; }
}

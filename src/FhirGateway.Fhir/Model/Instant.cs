using System.Globalization;
using System.Text.RegularExpressions;

namespace FhirGateway.Fhir.Model;

/// <summary>A moment known at least to the second, with its offset from UTC.</summary>
public partial class Instant : LiteralType
{
    public Instant()
    {
    }

    public Instant(DateTimeOffset? value) => Value = value;

    public override string TypeName => "instant";

    /// <summary>The moment; null when there is none, or its literal is no instant.</summary>
    public DateTimeOffset? Value
    {
        get => Literal is not null && Pattern.IsMatch(Literal) && DateTimeOffset.TryParse(Literal, CultureInfo.InvariantCulture, out var value) ? value : null;
        set => Literal = value is { } moment ? DateTimeText.Of(moment) : null;
    }

    /// <summary>Reads an instant as written, keeping its text.</summary>
    /// <exception cref="FormatException">The text is no FHIR instant.</exception>
    public static Instant Parse(string literal) =>
        Pattern.IsMatch(literal) ? new Instant { Literal = literal } : throw new FormatException(NotAnInstant);

    private protected override string? ProblemOf(string literal) => Pattern.IsMatch(literal) ? null : NotAnInstant;

    private const string NotAnInstant = "must be an instant: YYYY-MM-DDThh:mm:ss, perhaps with a fraction, and Z or ±hh:mm";

    [GeneratedRegex(@"\A\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern { get; }
}

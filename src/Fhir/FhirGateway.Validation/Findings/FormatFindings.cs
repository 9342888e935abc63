namespace FhirGateway.Validation.Findings;

/// <summary>Values that are not written as their type demands (http://hl7.org/fhir/R4/datatypes.html#primitive).</summary>
internal static class FormatFindings
{
    private const string Moments = "write it like 2024-05-17T14:30:00+02:00, or only its first parts up to the day";

    public static Finding WrongKind(string type, string wanted, string kind) => Error($"A {type} must be {wanted}, not {kind}.");

    public static Finding TooLong(int most) => Error($"The text is longer than the {most} characters that FHIR allows.");

    public static Finding Empty() => Error("The text is empty: leave the element out.");

    /// <summary>R4 asks strings to hold something other than white space with a SHOULD, so this is a warning.</summary>
    public static Finding OnlyWhiteSpace() => Finding.Warning("format", "value", "The text is only white space: leave the element out.");

    public static Finding ControlCharacter(char character) =>
        Error($"The text holds the control character U+{(int)character:X4}: remove it.");

    public static Finding NotATime(string text) => Error($"'{Words.Shown(text)}' is not a valid time: write it like 14:30:00.");

    public static Finding NotADate(string text) =>
        Error($"'{Words.Shown(text)}' is not a valid date: write it like 2024, 2024-05 or 2024-05-17.");

    public static Finding NotAnInstant(string text) =>
        Error($"'{Words.Shown(text)}' is not a valid instant: write it like 2024-05-17T14:30:00.000Z.");

    public static Finding NotADateTime(string text) => Error($"'{Words.Shown(text)}' is not a valid date and time: {Moments}.");

    public static Finding NoTimeZone(string text) =>
        Error($"'{Words.Shown(text)}' has a time but no time zone: add Z or an offset such as +02:00.");

    public static Finding IdTooLong(int length) => Error($"The id has {length} characters, but at most 64 are allowed.");

    public static Finding NotAnId(string text) =>
        Error($"'{Words.Shown(text)}' is not a valid id: only A-Z, a-z, 0-9, '-' and '.' are allowed.");

    public static Finding CodeHasOuterSpaces(string text) =>
        Error($"'{Words.Shown(text)}' is not a valid code: remove the spaces around it.");

    public static Finding CodeHasWhiteSpace(string text) =>
        Error($"'{Words.Shown(text)}' is not a valid code: only single spaces between words are allowed.");

    public static Finding NotAnOid(string text) => Error($"'{Words.Shown(text)}' is not a valid OID: write it like urn:oid:1.2.3.4.5.");

    public static Finding NotAUuid(string text) =>
        Error($"'{Words.Shown(text)}' is not a valid UUID: write it like urn:uuid:c757873d-ec9a-4326-a141-556f43239520.");

    public static Finding UriHasWhiteSpace(string text, string type) =>
        Error($"'{Words.Shown(text)}' is not a valid {type}: remove the white space.");

    public static Finding NotBase64() => Error("The text is not valid base64: it holds a character that base64 does not have.");

    public static Finding Base64IsCut() => Error("The text is not valid base64: its length, padding included, is not a multiple of 4.");

    public static Finding NotWhole(string raw) => Error($"{Words.Shown(raw)} is not a whole number.");

    public static Finding IntegerOutOfRange(string raw) =>
        Error($"{Words.Shown(raw)} is out of range: integers lie between {int.MinValue} and {int.MaxValue}.");

    public static Finding BelowLeast(int number, string type, int least) =>
        Error($"{number} is not allowed: a {type} is at least {least}.");

    public static Finding NumberTooLong(int length, int most) => Error($"The number has {length} characters: give it at most {most}.");

    public static Finding TooGreatToCompute() =>
        Finding.Warning("format", "value", "The number is too great to compute with: readers may refuse it or cut it short.");

    private static Finding Error(string text) =>
        Finding.Error("format", "value", text).Demanding("the value is not written as its type demands.");
}

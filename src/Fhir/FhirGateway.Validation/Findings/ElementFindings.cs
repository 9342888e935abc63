namespace FhirGateway.Validation.Findings;

/// <summary>What definitions demand of an element: how often, which type, which value.</summary>
internal static class ElementFindings
{
    private const string Cardinality = "cardinality";
    private const string Slicing = "slicing";
    private const string Structure = "structure";

    public static Finding Missing(string name, int least) =>
        Finding.Error(Cardinality, "required", $"{name} is missing: at least {least} must be given.").OfChild();

    public static Finding TooFew(string name, int count, int least) =>
        Finding.Error(Cardinality, "required", $"{name} is given {Times(count)}, but at least {least} must be.").OfChild();

    public static Finding NotAllowed(string name) =>
        Finding.Error(Cardinality, Structure, $"{name} is not allowed here: remove it.").OfChild();

    public static Finding TooMany(string name, int count, int most) =>
        Finding.Error(Cardinality, Structure, $"{name} is given {Times(count)}, but at most {most} may be.").OfChild();

    public static Finding SliceTooFew(string name, string slice, int count, int least) =>
        Finding.Error(
            Cardinality, "required", $"{name} has {(count == 0 ? "no" : $"{count}")} {slice}, but at least {least} must be given.")
            .OfChild();

    public static Finding SliceNotAllowed(string name, string slice) =>
        Finding.Error(Cardinality, Structure, $"{name} must have no {slice}: remove it.").OfChild();

    public static Finding SliceTooMany(string name, string slice, int count, int most) =>
        Finding.Error(Cardinality, Structure, $"{name} has {count} {slice}, but at most {most} may be given.").OfChild();

    public static Finding NoSliceExists(string name) =>
        Finding.Error(Slicing, Structure, $"{name} may hold only its slices, and the profile defines none: remove it.").OfChild();

    public static Finding InNoSlice(string name, string slices) =>
        Finding.Error(Slicing, Structure, $"This {name} is in none of the slices {slices}, and the profile allows no other.")
            .QuotingNothing();

    public static Finding SliceOutOfOrder(string slice, string before) =>
        Finding.Error(Slicing, Structure, $"The slice {slice} must come before {before}.").QuotingNothing();

    public static Finding OthersMustComeLast(string slice) =>
        Finding.Error(Slicing, Structure, $"What is in no slice must come at the end, after {slice}.").QuotingNothing();

    public static Finding WrongType(string type, IReadOnlyList<string> allowed) =>
        Finding.Error(
            "type", Structure,
            $"The value is a {type}, but only {string.Join(", ", allowed)} {(allowed.Count == 1 ? "is" : "are")} allowed here.")
            .QuotingNothing();

    public static Finding InNoProfile(string type, IEnumerable<string> profiles) =>
        Finding.Error("type-profile", Structure, $"The {type} conforms to none of the profiles {string.Join(", ", profiles)}.")
            .QuotingNothing();

    public static Finding NotFixedValue(string wanted) =>
        Finding.Error("fixed-value", "value", $"The value must be {wanted}.").QuotingNothing();

    public static Finding NotPattern(string wanted) => Finding.Error("pattern", "value", $"The value must hold {wanted}.").QuotingNothing();

    public static Finding BelowMinimum(string value, string bound) =>
        Finding.Error("min-value", "value", $"{value} is below the least allowed, {bound}.")
            .Demanding($"the value is below the least allowed, {bound}.");

    public static Finding AboveMaximum(string value, string bound) =>
        Finding.Error("max-value", "value", $"{value} is above the most allowed, {bound}.")
            .Demanding($"the value is above the most allowed, {bound}.");

    public static Finding TextTooLong(int length, int most) =>
        Finding.Error("max-length", "too-long", $"The text is {length} characters long, but at most {most} are allowed.").QuotingNothing();

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";
}

using System.Globalization;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;

namespace FhirGateway.Validation.Rules;

/// <summary>How often an element, or a slice of it, must and may be given. It is checked on the element around.</summary>
/// <param name="name">FHIRPath name of the element.</param>
/// <param name="slice">Null for the element as a whole.</param>
/// <param name="min">Least.</param>
/// <param name="max">Most; <see cref="int.MaxValue"/> for <c>*</c>.</param>
internal sealed class CardinalityRule(string name, string? slice, int min, int max) : Rule
{
    public int Min => min;

    public int Max => max;

    public override string Describe() => $"{min}..{(max == int.MaxValue ? "*" : max.ToString(CultureInfo.InvariantCulture))}";

    public override void Check(Focus focus, string demandedBy, RuleRun run) => Check(focus.Children(name).Count, focus, demandedBy, run);

    /// <summary>As <see cref="Check(Focus, string, RuleRun)"/>, of what was counted already.</summary>
    public void Check(int count, Focus around, string demandedBy, RuleRun run)
    {
        if (count < min) run.Report(TooFew(count), around, demandedBy);
        if (count > max) run.Report(TooMany(count), around, demandedBy);
    }

    private Finding TooFew(int count)
    {
        if (slice is not null) return ElementFindings.SliceTooFew(name, slice, count, min);
        return count == 0 ? ElementFindings.Missing(name, min) : ElementFindings.TooFew(name, count, min);
    }

    private Finding TooMany(int count)
    {
        if (slice is null) return max == 0 ? ElementFindings.NotAllowed(name) : ElementFindings.TooMany(name, count, max);
        return max == 0 ? ElementFindings.SliceNotAllowed(name, slice) : ElementFindings.SliceTooMany(name, slice, count, max);
    }
}

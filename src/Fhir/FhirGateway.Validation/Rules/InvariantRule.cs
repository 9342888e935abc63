using FhirGateway.FhirPath;
using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Schemas;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Rules;

/// <summary>A FHIRPath condition (ElementDefinition.constraint) that must hold.</summary>
internal sealed class InvariantRule(ElementConstraint constraint) : Rule
{
    // dom-3 judges contained resources from outside.
    private const string ContainedIsReferenced = "dom-3";

    private readonly Func<Focus, ValidationRun, bool>? _native = NativeInvariants.Find(constraint.Expression!);
    private FhirPathExpression? _expression;
    private string? _unusable;

    public override string Name => constraint.Key;

    public override string Describe() => $"{constraint.Key}: {constraint.Human} ({constraint.Expression})";

    public override void Check(Focus focus, ElementSchema schema, ValidationRun run)
    {
        if (constraint.IsBestPractice && !run.Options.ReportBestPractice) return;
        if (constraint.Key == ContainedIsReferenced && !run.Options.ValidateContained) return;
        var severity = constraint.Severity == "error" && !constraint.IsBestPractice ? IssueSeverity.Error : IssueSeverity.Warning;
        if (_native is not null)
        {
            if (!_native(focus, run)) Fail(severity, focus, schema, run);
            return;
        }

        if (Expression(focus, schema, run) is not { } expression) return;
        try
        {
            // Nothing is not true: an invariant must answer.
            if (expression.IsTrue(focus.Node, run.Evaluation) != true) Fail(severity, focus, schema, run);
        }
        catch (FhirPathException error)
        {
            run.GoOn(focus);
            if (error.IsLimit) run.Error("too-costly", $"{constraint.Key} was not checked: {error.Message}. Send less at once.", focus, schema, constraint.Key);
            else run.Report(severity, "invariant", $"{constraint.Key} could not be evaluated here: {error.Message}", focus, schema, constraint.Key);
        }
    }

    private void Fail(IssueSeverity severity, Focus focus, ElementSchema schema, ValidationRun run) =>
        run.Report(severity, "invariant", $"{constraint.Key} does not hold: {constraint.Human}", focus, schema, constraint.Key);

    private FhirPathExpression? Expression(Focus focus, ElementSchema schema, ValidationRun run)
    {
        if (_expression is not null) return _expression;
        try
        {
            if (_unusable is null) return _expression = FhirPathExpression.Compile(constraint.Expression!);
        }
        catch (FhirPathException error)
        {
            _unusable = error.Message;
        }

        run.Report(IssueSeverity.Warning, "not-supported", $"{constraint.Key} was not checked: its expression is no FHIRPath: {_unusable}", focus, schema, constraint.Key);
        return null;
    }
}

using FhirGateway.FhirPath;
using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;

namespace FhirGateway.Validation.Rules;

/// <summary>A FHIRPath condition (ElementDefinition.constraint) that must hold.</summary>
internal sealed class InvariantRule(ElementConstraint constraint) : Rule
{
    // dom-3 judges contained resources from outside.
    private const string ContainedIsReferenced = "dom-3";

    private readonly Func<Focus, RuleRun, bool>? _native = NativeInvariants.Find(constraint.Key, constraint.Expression!);
    private FhirPathExpression? _expression;
    private string? _unusable;

    public override string Describe() => $"{constraint.Key}: {constraint.Human} ({constraint.Expression})";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        if (constraint.IsBestPractice && !run.Options.ReportBestPractice) return;
        if (constraint.Key == ContainedIsReferenced && !run.Options.ValidateContained) return;
        var severity = constraint.Severity == "error" && !constraint.IsBestPractice ? IssueSeverity.Error : IssueSeverity.Warning;
        if (_native is not null)
        {
            if (!_native(focus, run)) Fail(severity, focus, demandedBy, run);
            return;
        }

        if (Expression(severity, focus, demandedBy, run) is not { } expression) return;
        try
        {
            // An empty result is not true: an invariant must answer.
            if (expression.IsTrue(focus.Node, run.Evaluation) != true) Fail(severity, focus, demandedBy, run);
        }
        catch (FhirPathException error)
        {
            run.GoOn(error, focus);
            var finding = error.IsLimit
                ? InvariantFindings.TooCostly(constraint.Key, error.Message)
                : InvariantFindings.NotEvaluated(constraint.Key, error.Message, severity);
            run.Report(finding, focus, demandedBy);
        }
    }

    private void Fail(IssueSeverity severity, Focus focus, string demandedBy, RuleRun run) =>
        run.Report(InvariantFindings.Fails(constraint.Key, constraint.Human, severity), focus, demandedBy);

    private FhirPathExpression? Expression(IssueSeverity severity, Focus focus, string demandedBy, RuleRun run)
    {
        if (_expression is not null) return _expression;
        try
        {
            if (_unusable is null) return _expression = FhirPathExpression.Compile(constraint.Expression!);
        }
        catch (FhirPathException error)
        {
            run.GoOn(error, focus);
            _unusable = error.Message;
        }

        run.Report(InvariantFindings.NotFhirPath(constraint.Key, _unusable!, severity), focus, demandedBy);
        return null;
    }
}

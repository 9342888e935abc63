using System.Runtime.CompilerServices;

namespace FhirGateway.Fhir.FhirPath.Tree;

/// <summary>One run of one expression: its context, its clock (read once, so that now() is one instant) and what it may still spend.</summary>
internal sealed class Evaluation(string expression, EvaluationContext context, FhirNode? focus)
{
    private long _left = context.MaxSteps;
    private DateTimeOffset? _now;

    public EvaluationContext Context => context;

    /// <summary>What the expression was started on; null when on nothing.</summary>
    public FhirNode? Focus => focus;

    public FhirPathException Error(string problem, int offset) => new(problem, expression, offset);

    /// <summary>To be called wherever evaluation or comparison goes one level deeper: a stack that overflows can't be caught.</summary>
    public void Descend(int offset)
    {
        Charge(1, offset);
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw Error("The evaluation is nested too deeply", offset);
    }

    public void Charge(long steps, int offset)
    {
        _left -= steps;
        if (_left < 0) throw Error("The evaluation takes more steps than it may", offset);
        if (context.Budget?.Charge(steps) == false) throw Error("The evaluations of this run take more steps together than they may", offset);
    }

    public DateTimeOffset Now(int offset) =>
        _now ??= context.Clock?.GetLocalNow() ?? throw Error("The current time is asked for, but the evaluation was given no clock", offset);
}

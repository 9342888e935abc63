namespace FhirGateway.FhirPath;

/// <summary>
/// The work that evaluations may do together, such as all those of one validation: an element with ten thousand repetitions
/// evaluates each of its invariants ten thousand times. For one run on one thread.
/// </summary>
/// <param name="steps">As <see cref="EvaluationContext.MaxSteps"/> counts them.</param>
public sealed class WorkBudget(long steps)
{
    /// <summary>What is left; 0 once more was asked for than there was.</summary>
    public long Left { get; private set; } = steps;

    /// <summary>Takes some of it. False when that much is not left; then all is gone, and so it stays.</summary>
    /// <param name="steps">0 or more.</param>
    public bool Charge(long steps)
    {
        if (steps <= Left)
        {
            Left -= steps;
            return true;
        }

        Left = 0;
        return false;
    }
}

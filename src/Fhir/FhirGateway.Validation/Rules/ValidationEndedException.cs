using FhirGateway.Validation.Instances;

namespace FhirGateway.Validation.Rules;

/// <summary>The validation can't go on; the message says why and what to change.</summary>
/// <param name="at">Where it was.</param>
internal sealed class ValidationEndedException(string message, Focus at) : Exception(message)
{
    public Focus At => at;

    public static ValidationEndedException TooDeep(Focus at) =>
        new(
            "The validation was given up here: the resource is nested deeper than the thread's stack can hold. Nest less, or validate "
                + "on a thread with a larger stack.",
            at);

    public static ValidationEndedException TooMuchWork(long steps, int stepsPerByte, Focus at) =>
        new(
            $"The validation was given up here, after {steps} steps ({stepsPerByte} for each byte): what follows was not checked. "
                + "Send less at once, or raise ValidationOptions.MaxStepsPerByte.",
            at);
}

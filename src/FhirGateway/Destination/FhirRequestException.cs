using FhirGateway.Destination.Proofs;

namespace FhirGateway.Destination;

/// <summary>Why a call to a FHIR server ended without an answer.</summary>
public enum FhirFailure
{
    /// <summary>No connection, or it broke before the answer was complete.</summary>
    Unreachable,

    /// <summary>The answer was not complete within the client's timeout. (A caller that cancels gets OperationCanceledException.)</summary>
    TimedOut,

    /// <summary>The answer was longer than the client reads.</summary>
    AnswerTooLarge,
}

/// <summary>A call to a FHIR server ended without a complete answer. Whether the server did the work is not known.</summary>
public sealed class FhirRequestException(FhirFailure failure, string message, Exception? inner) : Exception(message, inner)
{
    /// <summary>Why.</summary>
    public FhirFailure Failure { get; } = failure;

    /// <summary>What was sent may have arrived. Where no connection was made, nothing was sent.</summary>
    public bool MayHaveArrived => InnerException is not (DestinationRestingException or ProofException
        or HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError,
    });
}

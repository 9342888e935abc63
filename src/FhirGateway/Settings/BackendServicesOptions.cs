namespace FhirGateway.Settings;

/// <summary>
/// The gateway as a client by SMART Backend Services (https://hl7.org/fhir/smart-app-launch/STU2.2/backend-services.html): it signs an
/// assertion with its own key, and is given an access token for it.
/// </summary>
public sealed class BackendServicesOptions
{
    /// <summary>What the gateway may be asked to do on a FHIR server, and no more.</summary>
    public const string NeededScope =
        "system/DocumentReference.crus system/Composition.crus system/MedicationStatement.crus system/Provenance.crus system/Binary.crus "
        + "system/Device.crs system/Organization.crs system/Patient.rs system/Encounter.rs system/Appointment.rs system/Practitioner.rs";

    /// <summary>The name under which the gateway is registered there.</summary>
    public string? ClientId { get; init; }

    /// <summary>
    /// PEM with the private key that signs: RSA of 2048 bits or more (RS384), or the curve P-384 (ES384). Read again when it changes.
    /// </summary>
    public string? KeyFile { get; init; }

    /// <summary>
    /// PEM with further keys, private or public, whose public halves are published beside: the next one, and the one before.
    /// </summary>
    public List<string> OtherKeyFiles { get; init; } = [];

    /// <summary>Where tokens are asked for; null: where <c>{BaseUrl}/.well-known/smart-configuration</c> says.</summary>
    public string? TokenEndpoint { get; init; }

    /// <summary>The scopes that are asked for, with a blank between two.</summary>
    public string Scope { get; init; } = NeededScope;
}

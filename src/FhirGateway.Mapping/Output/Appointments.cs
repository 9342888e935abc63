using System.Text.Json;
using FhirGateway.Mapping.Json;
using FhirGateway.Mapping.Rules;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Output;

/// <summary>Who an appointment is with.</summary>
internal static class Appointments
{
    /// <summary>
    /// The one patient among the participants of the appointment found. None or several is a problem: whose note it is, is never guessed.
    /// Without an appointment (offline) only the words that say so.
    /// </summary>
    public static ResourceReference? PatientOf(Draft draft, string appointmentId)
    {
        if (draft.Found("Appointment") is not { } appointment)
            return new ResourceReference { Type = "Patient", Display = $"Patient of appointment {appointmentId}" };

        var patients = Participants(appointment)
            .Select(actor => SiteReferences.LiteralTo("Patient", JsonPointer.FindText(actor, "/reference")))
            .OfType<string>()
            .Distinct()
            .ToList();
        if (patients is [var only]) return new ResourceReference(only);
        draft.Problems.Add(patients.Count == 0
            ? Problem.Error("not-found", "No participant of the appointment is a patient.")
            : Problem.Error("multiple-matches", "The appointment names several patients among its participants."));
        return null;
    }

    /// <summary>The appointment itself; null offline.</summary>
    public static ResourceReference? Itself(Draft draft) =>
        draft.Found("Appointment") is { } found && JsonPointer.FindText(found, "/id") is { } id
            ? new ResourceReference($"Appointment/{id}")
            : null;

    private static IEnumerable<JsonElement> Participants(JsonElement appointment) =>
        JsonPointer.Find(appointment, "/participant") is { ValueKind: JsonValueKind.Array } participants
            ? participants.EnumerateArray().Select(p => JsonPointer.Find(p, "/actor")).OfType<JsonElement>()
            : [];
}

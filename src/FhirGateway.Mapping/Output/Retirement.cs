using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Output;

/// <summary>
/// How a version's resources end when the next version takes their place: by FHIRPath Patch (R4 §3.1.0.3.4) in the same transaction.
/// Each patch may run twice and leaves the same.
/// </summary>
internal static class Retirement
{
    private const string Reason =
        "Not current: a newer version of the document that it was taken from has replaced it. That version says what is taken now; "
        + "this one does not say that anything was stopped.";

    public static Parameters? PatchOf(OwnedResource owned) => owned.ResourceType switch
    {
        "DocumentReference" => new Parameters { Parameter = { Replace("DocumentReference.status", new Code("superseded")) } },
        "MedicationStatement" => new Parameters
        {
            Parameter =
            {
                // It was true when it was made, so entered-in-error would be false. Of the states that R4 has for what is no longer
                // current, "stopped" would say that somebody halted it before its end; "completed" only that it is over.
                Replace("MedicationStatement.status", new Code("completed")),
                Operation("delete", "MedicationStatement.statusReason"),
                Add("MedicationStatement", "statusReason", new CodeableConcept { Text = Reason }),
            },
        },
        _ => null,
    };

    /// <summary>How what was filed for the wrong patient ends: it was never true there.</summary>
    public static Parameters? CorrectionOf(OwnedResource mistake) =>
        mistake.ResourceType is "DocumentReference" or "Composition" or "MedicationStatement"
            ? new Parameters { Parameter = { Replace($"{mistake.ResourceType}.status", new Code("entered-in-error")) } }
            : null;

    private static Parameters.ParameterComponent Replace(string path, DataType value)
    {
        var operation = Operation("replace", path);
        operation.Part.Add(new Parameters.ParameterComponent { Name = "value", Value = value });
        return operation;
    }

    private static Parameters.ParameterComponent Add(string path, string name, DataType value)
    {
        var operation = Operation("add", path);
        operation.Part.Add(new Parameters.ParameterComponent { Name = "name", Value = new FhirString(name) });
        operation.Part.Add(new Parameters.ParameterComponent { Name = "value", Value = value });
        return operation;
    }

    private static Parameters.ParameterComponent Operation(string type, string path) => new()
    {
        Name = "operation",
        Part =
        {
            new Parameters.ParameterComponent { Name = "type", Value = new Code(type) },
            new Parameters.ParameterComponent { Name = "path", Value = new FhirString(path) },
        },
    };
}

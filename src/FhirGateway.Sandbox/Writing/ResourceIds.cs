namespace FhirGateway.Sandbox.Writing;

/// <summary>Logical ids (FHIR R4, datatype id).</summary>
internal static class ResourceIds
{
    public static bool IsValid(string id) => id.Length is > 0 and <= 64 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.');

    /// <summary>
    /// The id of a PUT; refused when it is not a FHIR id. Whether a new one may be chosen by a client is for the writer to say.
    /// </summary>
    public static string Checked(string id) => IsValid(id) ? id
        : throw SandboxException.BadRequest($"HAPI-0521: Can not process entity with ID[{id}], this is not a valid FHIR ID");

    public static void RefuseNumeric(string id)
    {
        if (id.All(char.IsAsciiDigit))
        {
            throw SandboxException.BadRequest(
                $"HAPI-0960: Can not create resource with ID[{id}], no resource with this ID exists and clients may only assign IDs "
                    + "which contain at least one non-numeric character");
        }
    }
}

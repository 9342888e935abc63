
namespace FhirGateway.Validation.Instances;

/// <summary>What a literal reference says of its target by its form alone.</summary>
internal static class ReferenceForm
{
    /// <summary>
    /// The resource type of <c>Patient/1</c>, <c>http://server/Patient/1/_history/2</c> or <c>Patient?identifier=…</c>; null when the
    /// form doesn't tell.
    /// </summary>
    public static string? TypeOf(string reference)
    {
        var query = reference.IndexOf('?', StringComparison.Ordinal);
        if (query > 0)
        {
            var searched = reference[..query];
            searched = searched[(searched.LastIndexOf('/') + 1)..];
            return R4Resource.Exists(searched) ? searched : null;
        }

        var history = reference.IndexOf("/_history/", StringComparison.Ordinal);
        if (history >= 0) reference = reference[..history];
        var slash = reference.LastIndexOf('/');
        if (slash <= 0) return null;
        var before = reference.LastIndexOf('/', slash - 1);
        var type = reference[(before + 1)..slash];
        return R4Resource.Exists(type) ? type : null;
    }
}

namespace FhirGateway.Sandbox;

/// <summary>Version-aware tags (FHIR R4 http.html, If-Match): <c>W/"3"</c>, and the laxer forms HAPI takes.</summary>
internal static class EntityTag
{
    /// <summary>The version id inside a tag.</summary>
    public static string Version(string tag) => tag.Trim().Replace("W/", "", StringComparison.Ordinal).Trim('"');
}

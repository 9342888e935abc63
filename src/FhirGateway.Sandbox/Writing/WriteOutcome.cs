using FhirGateway.Sandbox.Store;

namespace FhirGateway.Sandbox.Writing;

/// <summary>What became of a write: the codes are those of HAPI's storage-response-code system.</summary>
/// <param name="Status">HTTP status of the single request; a transaction's entry answers 204 for a deletion instead of 200.</param>
/// <param name="Version">The resource's version after it; null when there is no resource (a deletion that found nothing).</param>
internal sealed record WriteOutcome(int Status, ResourceVersion? Version, StorageResponse Response, string Diagnostics, bool Changed);

/// <summary>A code of <c>https://hapifhir.io/fhir/CodeSystem/hapi-fhir-storage-response-code</c>.</summary>
internal sealed record StorageResponse(string Code, string Display)
{
    public const string System = "https://hapifhir.io/fhir/CodeSystem/hapi-fhir-storage-response-code";

    public static readonly StorageResponse Create = new("SUCCESSFUL_CREATE", "Create succeeded.");
    public static readonly StorageResponse CreateNoMatch =
        new("SUCCESSFUL_CREATE_NO_CONDITIONAL_MATCH", "Conditional create succeeded: no existing resource matched the conditional URL.");
    public static readonly StorageResponse CreateMatch =
        new("SUCCESSFUL_CREATE_WITH_CONDITIONAL_MATCH",
            "Conditional create succeeded: an existing resource matched the conditional URL so no action was taken.");
    public static readonly StorageResponse Update = new("SUCCESSFUL_UPDATE", "Update succeeded.");
    public static readonly StorageResponse UpdateAsCreate = new("SUCCESSFUL_UPDATE_AS_CREATE", "Update as create succeeded.");
    public static readonly StorageResponse UpdateNoChange =
        new("SUCCESSFUL_UPDATE_NO_CHANGE", "Update succeeded: No changes were detected so no action was taken.");
    public static readonly StorageResponse UpdateNoMatch =
        new("SUCCESSFUL_UPDATE_NO_CONDITIONAL_MATCH",
            "Conditional update succeeded: no existing resource matched the conditional URL so a new resource was created.");
    public static readonly StorageResponse UpdateMatch =
        new("SUCCESSFUL_UPDATE_WITH_CONDITIONAL_MATCH",
            "Conditional update succeeded: an existing resource matched the conditional URL and was updated.");
    public static readonly StorageResponse UpdateMatchNoChange =
        new("SUCCESSFUL_UPDATE_WITH_CONDITIONAL_MATCH_NO_CHANGE",
            "Conditional update succeeded: an existing resource matched the conditional URL and was updated, but no changes were "
                + "detected so no action was taken.");
    public static readonly StorageResponse Patch = new("SUCCESSFUL_PATCH", "Patch succeeded.");
    public static readonly StorageResponse PatchNoChange =
        new("SUCCESSFUL_PATCH_NO_CHANGE", "Patch succeeded: No changes were detected so no action was taken.");
    public static readonly StorageResponse ConditionalPatch = new("SUCCESSFUL_CONDITIONAL_PATCH", "Conditional patch succeeded.");
    public static readonly StorageResponse ConditionalPatchNoChange =
        new("SUCCESSFUL_CONDITIONAL_PATCH_NO_CHANGE", "Conditional patch succeeded: No changes were detected so no action was taken.");
    public static readonly StorageResponse Delete = new("SUCCESSFUL_DELETE", "Delete succeeded.");
    public static readonly StorageResponse DeleteAlready =
        new("SUCCESSFUL_DELETE_ALREADY_DELETED", "Delete succeeded: Resource was already deleted so no action was taken.");
    public static readonly StorageResponse DeleteNotFound =
        new("SUCCESSFUL_DELETE_NOT_FOUND", "Delete succeeded: No existing resource was found so no action was taken.");
}

using FhirGateway.Sandbox.Searching;
using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox.Serving;

/// <summary>What the sandbox says it can do, and that it is a sandbox.</summary>
internal static class Capabilities
{
    private const string Warning =
        "FhirGateway sandbox: an in-memory FHIR server for first runs and tests. It forgets everything when it stops, "
        + "checks no access and must never hold real patients' data or serve as a production server.";

    private static readonly CapabilityStatement.TypeRestfulInteraction[] Interactions =
    [
        CapabilityStatement.TypeRestfulInteraction.Read,
        CapabilityStatement.TypeRestfulInteraction.Vread,
        CapabilityStatement.TypeRestfulInteraction.Update,
        CapabilityStatement.TypeRestfulInteraction.Patch,
        CapabilityStatement.TypeRestfulInteraction.Delete,
        CapabilityStatement.TypeRestfulInteraction.HistoryInstance,
        CapabilityStatement.TypeRestfulInteraction.HistoryType,
        CapabilityStatement.TypeRestfulInteraction.Create,
        CapabilityStatement.TypeRestfulInteraction.SearchType,
    ];

    // Made when first asked for: 146 types with their parameters are not needed to be ready.
    private static readonly Lazy<List<CapabilityStatement.ResourceComponent>> Resources = new(() => [.. ServedTypes.All.Select(Resource)]);

    public static CapabilityStatement Of(string baseUrl, DateTimeOffset now) => new()
    {
        Id = "sandbox",
        Name = "FhirGatewaySandbox",
        Title = "FhirGateway sandbox (not for production)",
        Status = PublicationStatus.Active,
        Experimental = true,
        Date = Instants.Format(now),
        Description = Warning,
        Kind = CapabilityStatementKind.Instance,
        Software = new CapabilityStatement.SoftwareComponent { Name = "FhirGateway sandbox" },
        Implementation = new CapabilityStatement.ImplementationComponent { Description = Warning, Url = baseUrl },
        FhirVersion = FHIRVersion.N4_0_1,
        Format = ["application/fhir+json", "json"],
        PatchFormat = ["application/fhir+json"],
        Rest =
        [
            new CapabilityStatement.RestComponent
            {
                Mode = CapabilityStatement.RestfulCapabilityMode.Server,
                Documentation = Warning,
                Resource = Resources.Value,
                Interaction =
                [
                    new() { Code = CapabilityStatement.SystemRestfulInteraction.Transaction },
                    new() { Code = CapabilityStatement.SystemRestfulInteraction.Batch },
                    new() { Code = CapabilityStatement.SystemRestfulInteraction.HistorySystem },
                ],
            },
        ],
    };

    private static CapabilityStatement.ResourceComponent Resource(string type)
    {
        var parameters = SearchParameters.For(type).Values
            .Where(parameter => parameter.Type is not (SearchParamType.Composite or SearchParamType.Special))
            .OrderBy(parameter => parameter.Code, StringComparer.Ordinal).ToList();
        var references = parameters
            .Where(parameter => parameter.Type == SearchParamType.Reference)
            .Select(parameter => $"{type}:{parameter.Code}");
        return new CapabilityStatement.ResourceComponent
        {
            TypeElement = new Code(type),
            Profile = ModelInfo.CanonicalUriForFhirCoreType(type).Value,
            Interaction = [.. Interactions.Select(code => new CapabilityStatement.ResourceInteractionComponent { Code = code })],
            Versioning = CapabilityStatement.ResourceVersionPolicy.VersionedUpdate,
            ReadHistory = true,
            UpdateCreate = true,
            ConditionalCreate = true,
            ConditionalRead = CapabilityStatement.ConditionalReadStatus.FullSupport,
            ConditionalUpdate = true,
            ConditionalDelete = CapabilityStatement.ConditionalDeleteStatus.Single,
            ReferencePolicy = [CapabilityStatement.ReferenceHandlingPolicy.Literal, CapabilityStatement.ReferenceHandlingPolicy.Enforced],
            SearchInclude = ["*", .. references],
            SearchParam =
            [
                .. parameters.Select(parameter => new CapabilityStatement.SearchParamComponent
                {
                    Name = parameter.Code,
                    Definition = parameter.Url,
                    Type = parameter.Type,
                }),
            ],
        };
    }
}

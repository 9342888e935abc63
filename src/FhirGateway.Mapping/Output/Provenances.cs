using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Rules;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Output;

/// <summary>Where a transaction's resources come from: who made them, and which recorded message they were made from.</summary>
internal static class Provenances
{
    private const string ParticipantType = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
    private const string DataOperation = "http://terminology.hl7.org/CodeSystem/v3-DataOperation";

    /// <param name="isToldByPatient">The patient is who told it.</param>
    /// <param name="ended">What the bundle ends: changed by the same message.</param>
    public static Provenance Of(
        BundleAssembly bundle, Draft draft, VendorDefinition vendor, Makers makers, bool isToldByPatient, IEnumerable<OwnedResource> ended)
    {
        var provenance = new Provenance
        {
            RecordedElement = Moment.Of(draft.Context.Message.ReceivedAt).ToInstant(),
            Activity = new CodeableConcept(DataOperation, draft.Context.Predecessor is null ? "CREATE" : "UPDATE"),
        };
        provenance.Target.AddRange(bundle.Written.Select(resource => Target(draft, resource)));
        provenance.Target.AddRange(ended.Select(each => new ResourceReference(each.Url)));
        if (makers.IsAi)
        {
            provenance.Reason.Add(Asserted.ByAi.ToCodeableConcept());
            var agent = Agent("author", makers.Vendor);
            agent.Role.Add(Devices.ArtificialIntelligence);
            provenance.Agent.Add(agent);
        }
        else provenance.Agent.Add(Agent("informant", makers.Vendor));

        if (isToldByPatient && draft.Subject is { } patient) provenance.Agent.Add(Agent("informant", patient));
        provenance.Agent.Add(Agent("assembler", makers.Gateway));
        provenance.Entity.Add(Source(GatewayUris.Message, draft.Context.Message.MessageId, "Webhook message as received"));
        provenance.Entity.Add(Source(draft.Source.SystemOf("Event"), draft.Event.Key, $"Event of {vendor.Title}"));
        return provenance;
    }

    // The resource goes on under one id while versions follow each other; the identifier says of which version this is told.
    private static ResourceReference Target(Draft draft, Resource resource) => new(draft.FullUrl(resource))
    {
        Identifier = resource is DocumentReference { MasterIdentifier: { } version } ? version : null,
    };

    private static Provenance.AgentComponent Agent(string type, ResourceReference who) =>
        new() { Type = new CodeableConcept(ParticipantType, type), Who = who };

    private static Provenance.EntityComponent Source(string system, string value, string display) => new()
    {
        Role = Provenance.ProvenanceEntityRole.Source,
        What = new ResourceReference { Identifier = new Identifier(system, value), Display = display },
    };
}

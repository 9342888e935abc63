using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Rules;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Output;

/// <summary>Where a transaction's resources come from: who made them, and which recorded message they were made from.</summary>
internal static class Provenances
{
    private const string ParticipantType = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
    private const string DataOperation = "http://terminology.hl7.org/CodeSystem/v3-DataOperation";

    /// <param name="author">The AI's device; null when nobody knows an AI in it.</param>
    public static void Add(
        BundleAssembly bundle, Draft draft, VendorDefinition vendor, ResourceReference? author, ResourceReference gateway)
    {
        var provenance = new Provenance
        {
            RecordedElement = Moment.Of(draft.Context.Message.ReceivedAt).ToInstant(),
            Activity = new CodeableConcept(DataOperation, draft.Context.Predecessor is null ? "CREATE" : "UPDATE"),
        };
        provenance.Target.AddRange(bundle.Written.Select(resource => new ResourceReference(draft.FullUrl(resource))));
        if (author is null) provenance.Agent.Add(Agent("informant", new ResourceReference { Display = vendor.Title }));
        else
        {
            provenance.Reason.Add(Asserted.ByAi.ToCodeableConcept());
            var agent = Agent("author", author);
            agent.Role.Add(Devices.ArtificialIntelligence);
            provenance.Agent.Add(agent);
        }

        provenance.Agent.Add(Agent("assembler", gateway));
        provenance.Entity.Add(Source(GatewayUris.Message, draft.Context.Message.MessageId, "Webhook message as received"));
        provenance.Entity.Add(Source(draft.Source.SystemOf("Event"), draft.Event.Key, $"Event of {vendor.Title}"));
        bundle.PutById(provenance, draft.IdOf("Provenance", draft.VersionId));
    }

    private static Provenance.AgentComponent Agent(string type, ResourceReference who) =>
        new() { Type = new CodeableConcept(ParticipantType, type), Who = who };

    private static Provenance.EntityComponent Source(string system, string value, string display) => new()
    {
        Role = Provenance.ProvenanceEntityRole.Source,
        What = new ResourceReference { Identifier = new Identifier(system, value), Display = display },
    };
}

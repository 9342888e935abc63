using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;

namespace FhirGateway.Mappings.HumanApi;

/// <summary>
/// Human API's Health Intelligence Platform (LexisNexis Risk Solutions): an array of events about the retrieval of records.
/// Only a note of the retrieval's progress becomes a document.
/// </summary>
public sealed class HumanApiVendor : VendorDefinition
{
    public HumanApiVendor() : base("human-api", "Human API")
    {
        MadeBy("Human API");
        ReceivesUpTo(kilobytes: 1024);
        ReceivesArrays();
        SiteMayNameSystemsOf("Order", "Provider", "ClientProvider", "ClientUser", "User");
        ProvenByAny(By.StaticHeader(), By.Basic()); // no signature is documented for this platform: what is agreed with the account manager

        Event("integrations.VendorNoteCreated").When("/eventType", "integrations.VendorNoteCreated")
            .KeyedBy("/eventId")
            .CheckedBy(new HumanApiNoteValidator())
            .MappedBy<HumanApiNoteMapping>();
        Event("orders.OrderSummaryUpdated").When("/eventType", "orders.OrderSummaryUpdated").WhenPresent("/eventId")
            .KeyedBy("/eventId")
            .CheckedBy(new HumanApiEventValidator())
            .Acknowledged("the state of an order; its reports are fetched elsewhere, with a token");
        Event("order status").When("/topic", "order").When("/action", "status").WhenAbsent("/eventId")
            .KeyedBy("/humanId", "/updatedAt", "/property", "/value")
            .CheckedBy(new HumanApiEventValidator())
            .Acknowledged("the state of an order, in the platform's older shape");
        Event("other") // tasks among them, whose shape is not published
            .KeyedBy("/eventId", KeyPart.Content(""))
            .CheckedBy(new HumanApiEventValidator())
            .AcknowledgedAsUnknown("a type of event that Human API's page does not describe", "/eventType", "/topic");

        DemoSample = "vendor-note";
    }
}

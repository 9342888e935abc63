using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Output;

/// <summary>Where a resource comes from, for searches by <c>_source</c> and <c>_tag</c>.</summary>
internal static class Origin
{
    public static void Mark(Resource resource, VendorDefinition vendor, TranslationContext context)
    {
        resource.Meta ??= new Meta();
        resource.Meta.Source = context.Source.UriOf(context.Message.MessageId);
        resource.Meta.Tag.Add(new Coding(GatewayUris.VendorTag, vendor.Name));
        resource.Meta.Tag.Add(new Coding(GatewayUris.SourceTag, context.Source.Name));
    }
}

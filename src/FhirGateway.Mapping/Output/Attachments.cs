using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Output;

/// <summary>Content of DocumentReferences.</summary>
internal static class Attachments
{
    /// <summary>IHE's format code for content that is fully described by its media type (formatcode 1.1.0).</summary>
    public static Coding AsItsTypeSays =>
        new("http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode", "urn:ihe:iti:xds:2017:mimeTypeSufficient");

    [SuppressMessage(
        "Security", "CA5350", Justification = "FHIR R4 defines Attachment.hash as SHA-1; it detects damage, and proves nothing.")]
    public static Attachment OfText(string text, string? title, string? creation)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new Attachment
        {
            ContentType = "text/plain; charset=utf-8",
            Data = bytes,
            SizeUnsignedInt = bytes.Length, // Size would be R5's integer64, which is text in JSON
            Hash = SHA1.HashData(bytes),
            Title = title,
            Creation = creation,
        };
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.FhirPath;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Utility;
using Hl7.Fhir.Validation;

namespace FhirGateway.Sandbox.Writing;

/// <summary>
/// What a client sent, read strictly by the FHIR SDK and kept as JSON: the SDK's model rounds long decimals and rewrites
/// base64, and a server has to give back what was written. What HAPI takes although it is not valid FHIR is corrected first.
/// </summary>
/// <param name="Model">The resource as the SDK reads it, to look at.</param>
/// <param name="Json">The resource as it was written, to store.</param>
internal sealed record ReceivedResource(Resource Model, JsonObject Json)
{
    private const int MaxDepth = 120;

    // As HAPI: a required element may be missing, and a contained resource may contain others.
    private static readonly string[] Taken =
    [
        CodedValidationException.MANDATORY_ELEMENT_MUST_BE_PRESENT_CODE,
        CodedValidationException.INCORRECT_CARDINALITY_MIN_CODE,
        CodedValidationException.CONTAINED_RESOURCES_CANNOT_BE_NESTED_CODE,
    ];

    private static readonly string[] OfValues =
    [
        CodedValidationException.LITERAL_INVALID_CODE,
        CodedValidationException.INCORRECT_LITERAL_VALUE_TYPE_CODE,
    ];

    private static readonly Lazy<FhirJsonDeserializer> Strict = new(() => Reader(Taken));

    // Nothing is empty after correction but a whole resource, {"resourceType":"Patient"}: HAPI stores it.
    private static readonly Lazy<FhirJsonDeserializer> StrictOfCorrected = new(() => Reader(
        [.. Taken, FhirJsonException.OBJECTS_CANNOT_BE_EMPTY_CODE, CodedValidationException.ELEMENT_CANNOT_BE_EMPTY_CODE]));

    /// <summary>Reads a request body as a resource of the given type.</summary>
    /// <exception cref="SandboxException">400: it is not JSON, not of that type, or holds a value that R4 does not allow; the element
    /// is named.</exception>
    public static ReceivedResource Read(ReadOnlyMemory<byte> body, string type)
    {
        var json = Parse(body);
        if (!json.TryGetProperty("resourceType", out var name) || name.ValueKind != JsonValueKind.String)
        {
            throw SandboxException.Unparsable("HAPI-1838: Invalid JSON content detected, missing required element: 'resourceType'");
        }

        try
        {
            if (name.GetString() is { } sent && sent != type)
            {
                throw SandboxException.Unparsable($"HAPI-1814: Incorrect resource type found, expected \"{type}\" but found \"{sent}\"");
            }

            return Read(body, json);
        }
        catch (InvalidOperationException)
        {
            // How the JSON reader, and with it the SDK, says that a string is not Unicode: a lone surrogate, invalid UTF-8.
            throw SandboxException.Unparsable("HAPI-1861: Failed to parse JSON encoded FHIR content: a string is not valid Unicode");
        }
    }

    /// <summary>A resource that the sandbox changed, as it may be stored.</summary>
    /// <exception cref="SandboxException">400: it holds a value that R4 does not allow.</exception>
    public static JsonObject Checked(JsonObject resource)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(resource);
        return Read(body, Parse(body)).Json;
    }

    private static ReceivedResource Read(ReadOnlyMemory<byte> body, JsonElement json)
    {
        if (TryRead(Strict.Value, body.Span, out var model).Count == 0) return new ReceivedResource(model!, JsonObject.Create(json)!);

        var corrected = CorrectedJson.Of(FhirNode.Of(json));
        var issues = TryRead(StrictOfCorrected.Value, JsonSerializer.SerializeToUtf8Bytes(corrected), out model);
        var tree = FhirNode.Of(JsonSerializer.SerializeToElement(corrected));
        if (issues.FirstOrDefault(issue => !IsSoundForFhir(tree, issue)) is { } problem) throw Refused(problem);
        return new ReceivedResource(model!, corrected);
    }

    private static List<CodedException> TryRead(FhirJsonDeserializer deserializer, ReadOnlySpan<byte> body, out Resource? model)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        deserializer.TryDeserializeResource(ref reader, out model, out var issues);
        return [.. issues];
    }

    // FHIR allows a leap second and a decimal of any size; the SDK's DateTimeOffset and decimal can't hold them.
    private static bool IsSoundForFhir(FhirNode resource, CodedException issue)
    {
        if (!OfValues.Contains(issue.ErrorCode)
            || (issue as ExtendedCodedException)?.InstancePath is not { } path
            || FhirPathExpression.Compile(path).Evaluate(resource) is not [{ Json: { } json } element])
        {
            return false;
        }

        return element.Type.Name switch
        {
            "decimal" => json.ValueKind == JsonValueKind.Number,
            "dateTime" or "instant" => json.ValueKind == JsonValueKind.String && IsLeapSecond(json.GetString()!),
            _ => false,
        };
    }

    // In 2016-12-31T23:59:60Z the SDK judges all but the 60.
    private static bool IsLeapSecond(string text) =>
        text.Length > 19 && text.AsSpan(16, 3) is ":60"
        && FhirDateTime.IsValidValue(string.Concat(text.AsSpan(0, 16), ":59", text.AsSpan(19)));

    private static SandboxException Refused(CodedException problem)
    {
        var element = (problem as ExtendedCodedException)?.InstancePath;
        var reason = (problem as ExtendedCodedException)?.BaseErrorMessage ?? problem.Message;
        return problem.ErrorCode == CodedValidationException.UNKNOWN_RESOURCE_TYPE_CODE
            ? SandboxException.Unparsable(
                $"HAPI-1684: Unknown resource name at {element} (this name is not known in FHIR version \"R4\")", element)
            : SandboxException.Unparsable($"HAPI-1821: [element=\"{element}\"] Invalid attribute value: {reason}", element);
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        const string Failed = "HAPI-1861: Failed to parse JSON encoded FHIR content: ";
        if (body.Span.Trim(" \t\r\n"u8).IsEmpty) throw SandboxException.Unparsable(Failed + "HAPI-1857: Did not find any content to parse");
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw SandboxException.Unparsable(
                    Failed + "HAPI-1859: Content does not appear to be FHIR JSON, first non-whitespace character must be '{'");
        }
        catch (JsonException problem)
        {
            throw SandboxException.Unparsable(Failed + problem.Message);
        }
    }

    private static FhirJsonDeserializer Reader(IEnumerable<string> taken) => new(new DeserializerSettings()
        .UsingMode(DeserializationMode.Strict, NarrativeValidationKind.Xml)
        .Ignoring(taken));
}

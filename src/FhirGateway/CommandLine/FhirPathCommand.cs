using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FhirGateway.Fhir.FhirPath;

namespace FhirGateway.CommandLine;

/// <summary><c>fhirpath 'EXPR' FILE</c>: what an expression finds in a resource, as a JSON array. Errors go to standard error with their place.</summary>
internal static class FhirPathCommand
{
    private static readonly JsonWriterOptions Pretty = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var expression = new Argument<string>("EXPR") { Description = "A FHIRPath expression, e.g. name.given" };
        var file = new Argument<string>("FILE") { Description = "A resource in JSON" };
        var command = new Command("fhirpath", "Evaluates a FHIRPath expression over a resource.") { expression, file };
        command.SetAction(parsed =>
        {
            byte[] resource;
            try
            {
                resource = File.ReadAllBytes(parsed.GetRequiredValue(file));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(failure.Message);
                return GatewayCommand.UsageError;
            }

            try
            {
                var found = FhirPathExpression.Compile(parsed.GetRequiredValue(expression))
                    .Evaluate(FhirNode.Of(JsonElement.Parse(resource)), new EvaluationContext { Clock = TimeProvider.System });
                Console.Out.WriteLine(Json(found));
                return 0;
            }
            catch (Exception failure) when (failure is FhirPathException or JsonException or ArgumentException)
            {
                Console.Error.WriteLine(failure.Message);
                return 1;
            }
        });
        return command;
    }

    private static string Json(IReadOnlyList<FhirNode> found)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Pretty)) FhirPathJson.Write(json, found);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}

using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using FhirGateway.FhirPath;
using FhirGateway.Json;
using FhirGateway.Validation;
using FhirGateway.Validation.Definitions;
using FhirGateway.Validation.Terminology;

namespace FhirGateway.CommandLine;

/// <summary>
/// <c>fhirpath 'EXPR' FILE</c>: what an expression finds in a resource, as a JSON array. Errors go to standard error with their place.
/// </summary>
internal static class FhirPathCommand
{
    // As deep as the validator goes.
    private const int MaxDepth = 128;

    // The codes are R4's own: a package's would need the package.
    private static readonly EvaluationContext Context =
        new EvaluationContext { Clock = TimeProvider.System }.WithTerminology(new TerminologyStore(new DefinitionSet()));

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
                resource = InputFile.Read(parsed.GetRequiredValue(file));
            }
            catch (InvalidDataException tooLarge)
            {
                Console.Error.WriteLine(tooLarge.Message);
                return 1;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(failure.Message);
                return GatewayCommand.UsageError;
            }

            try
            {
                var found = FhirPathExpression.Compile(parsed.GetRequiredValue(expression))
                    .Evaluate(FhirNode.Of(ForeignJson.Parse(resource, MaxDepth)), Context);
                Print(found);
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

    // Straight to the output: descendants() prints each element as many times as it is deep.
    private static void Print(IReadOnlyList<FhirNode> found)
    {
        using var output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output, Pretty)) FhirPathJson.Write(json, found);
        output.WriteByte((byte)'\n');
    }
}

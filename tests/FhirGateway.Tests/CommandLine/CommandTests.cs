using System.Text.Json;

namespace FhirGateway.Tests.CommandLine;

/// <summary>The commands as a shell meets them: standard output, exit code, and nothing of the one on the other.</summary>
public sealed class CommandTests
{
    [Theory]
    [InlineData("hami")]
    [InlineData("human-api")]
    [InlineData("insight-health")]
    [InlineData("metriport")]
    [InlineData("nabla")]
    public async Task Translate_prints_the_bundle_and_nothing_else(string vendor)
    {
        var (exit, output, _) = await Shell.RunAsync(["translate", vendor, "-"], Samples.Demo(vendor));

        Assert.Equal(0, exit);
        var printed = JsonElement.Parse(output);
        var bundles = printed.ValueKind == JsonValueKind.Array ? printed.EnumerateArray().ToList() : [printed];
        Assert.All(bundles, bundle => Assert.Equal("transaction", bundle.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Translate_says_of_each_element_where_it_came_from()
    {
        var (exit, output, _) = await Shell.RunAsync(["translate", "insight-health", "-", "--lineage"], Samples.Demo("insight-health"));

        Assert.Equal(0, exit);
        var elements = JsonElement.Parse(output).EnumerateArray().ToList();
        var subject = elements.First(
            each => each.GetProperty("target").GetString()!.EndsWith(".resource.subject", StringComparison.Ordinal));
        Assert.Equal("/patient_id", subject.GetProperty("source").GetString());
        Assert.Equal("conditional reference to Patient", subject.GetProperty("how").GetString());
        Assert.Contains(elements, each => each.GetProperty("source").ValueKind == JsonValueKind.Null);
    }

    [Fact]
    public async Task Translate_takes_the_patient_of_a_note_that_names_none()
    {
        var (exit, output, _) = await Shell.RunAsync(
            [
                "translate", "nabla", "-", "--patient", "MRN-7", "--system", "Patient=https://site.example/mrn", "--received",
                "2026-01-02T03:04:05Z"], Samples.Demo("nabla"));

        Assert.Equal(0, exit);
        Assert.Contains("Patient?identifier=https%3A%2F%2Fsite.example%2Fmrn%7CMRN-7", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_owes_nothing_says_so_and_is_not_an_error()
    {
        var ping = GatewayHost.Vendors.Find("metriport")!.Samples.Single(sample => sample.Name == "ping").Body;

        var (exit, output, _) = await Shell.RunAsync(["translate", "metriport", "-"], ping);

        Assert.Equal(0, exit);
        var issue = Assert.Single(JsonElement.Parse(output).GetProperty("issue").EnumerateArray());
        Assert.Equal("information", issue.GetProperty("severity").GetString());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task An_invalid_payload_prints_an_outcome_and_fails(string payload)
    {
        var (exit, output, _) = await Shell.RunAsync(["translate", "hami"], System.Text.Encoding.UTF8.GetBytes(payload));

        Assert.Equal(1, exit);
        Assert.Equal("OperationOutcome", JsonElement.Parse(output).GetProperty("resourceType").GetString());
    }

    [Theory]
    [InlineData("translate")]
    [InlineData("translate", "nobody", "-")]
    [InlineData("translate", "hami", "no-such-file.json")]
    [InlineData("translate", "hami", "-", "--system", "Patient")]
    [InlineData("translate", "hami", "-", "--unknown")]
    [InlineData("fhirpath", "name", "no-such-file.json")]
    [InlineData("demo", "--destination", "not-a-url")]
    [InlineData("no-such-command")]
    public async Task A_command_called_wrongly_says_how_on_standard_error(params string[] args)
    {
        var (exit, output, error) = await Shell.RunAsync(args, default);

        Assert.Equal(2, exit);
        Assert.Empty(output);
        Assert.NotEmpty(error);
    }

    [Fact]
    public async Task Fhirpath_prints_what_it_finds_as_an_array()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.CreateVersion7()}.json");
        await File.WriteAllTextAsync(
            file,
            """{ "resourceType": "Patient", "birthDate": "1970-01-01", "name": [ { "given": [ "Ada", "B" ] }, { "family": "C" } ] }""");

        var (found, output, _) = await Shell.RunAsync(["fhirpath", "name.given | name.count() | (birthDate < @1980-01-01)", file], default);
        var (wrong, nothing, error) = await Shell.RunAsync(["fhirpath", "name.given(", file], default);

        File.Delete(file);
        Assert.Equal((0, 1), (found, wrong));
        Assert.Equal("""["Ada","B",2,true]""", JsonSerializer.Serialize(JsonElement.Parse(output)));
        Assert.Empty(nothing);
        Assert.Contains("line 1, column", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@2016-12-31T23:59:60Z", "2016-12-31T23:59:60Z")]
    [InlineData("@1970-01-01 = birthDate", "True")]
    [InlineData("gender.memberOf('http://hl7.org/fhir/ValueSet/administrative-gender')", "True")]
    [InlineData("gender.memberOf('http://hl7.org/fhir/ValueSet/contact-point-use')", "False")]
    [InlineData("gender.memberOf('http://nobody.example/ValueSet/x').empty()", "True")]
    public async Task Fhirpath_takes_its_expression_as_it_is_and_knows_R4s_value_sets(string expression, string expected)
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.CreateVersion7()}.json");
        await File.WriteAllTextAsync(file, """{ "resourceType": "Patient", "birthDate": "1970-01-01", "gender": "female" }""");

        var (exit, output, error) = await Shell.RunAsync(["fhirpath", expression, file], default);

        File.Delete(file);
        Assert.Equal((0, ""), (exit, error));
        Assert.Equal(expected, Assert.Single(JsonElement.Parse(output).EnumerateArray()).ToString());
    }
}

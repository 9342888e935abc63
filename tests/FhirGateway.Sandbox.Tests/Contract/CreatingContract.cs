using System.Text.Json.Nodes;

namespace FhirGateway.Sandbox.Tests.Contract;

public abstract class CreatingContract(FhirServer server) : ServerContract(server)
{
    [Fact]
    public async Task A_create_answers_201_with_location_and_the_stored_resource()
    {
        var created = await Server.Post("Patient", Patient("1"));
        Assert.Equal(201, created.Status);
        Assert.Equal($"{Server.BaseUrl}/Patient/{created.Id}/_history/1", created.Headers["Location"]);
        Assert.Equal(created.Headers["Location"], created.Headers["Content-Location"]);
        Assert.Equal("W/\"1\"", created.Headers["ETag"]);
        Assert.Equal("1", (string?)created.Body!["identifier"]![0]!["value"]);
        Assert.Equal(200, (await Server.Get($"Patient/{created.Id}")).Status);
    }

    [Fact]
    public async Task A_create_ignores_the_id_in_the_body()
    {
        var created = await Server.Post("Patient", Patient("1", id: Mark));
        Assert.Equal(201, created.Status);
        Assert.NotEqual(Mark, created.Id);
    }

    [Fact]
    public async Task A_create_with_an_id_in_the_url_is_400() => IsOutcome(await Server.Post($"Patient/{Mark}", Patient("1")), 400);

    [Fact]
    public async Task Prefer_decides_what_a_write_answers()
    {
        var minimal = await Server.Post("Patient", Patient("1"), ("Prefer", "return=minimal"));
        Assert.Equal(201, minimal.Status);
        Assert.Null(minimal.Body);
        Assert.True(minimal.Headers.ContainsKey("Location"));

        var outcome = await Server.Post("Patient", Patient("2"), ("Prefer", "return=OperationOutcome"));
        Assert.Equal("OperationOutcome", outcome.Type);
        Assert.Equal("SUCCESSFUL_CREATE", (string?)outcome.Body!["issue"]![0]!["details"]!["coding"]![0]!["code"]);
        Assert.Equal("Patient", (await Server.Post("Patient", Patient("3"), ("Prefer", "return=representation"))).Type);
    }

    [Fact]
    public async Task A_conditional_create_creates_once()
    {
        var condition = ("If-None-Exist", $"identifier={System}|1");
        var first = await Server.Post("Patient", Patient("1"), condition);
        var second = await Server.Post("Patient", Patient("1", "\"active\":true"), condition);
        Assert.Equal(201, first.Status);
        Assert.Equal(200, second.Status);
        Assert.Equal(first.Id, second.Id);
        Assert.Equal("W/\"1\"", second.Headers["ETag"]);
        Assert.False(second.Body!.ContainsKey("active"));
    }

    [Fact]
    public async Task A_conditional_create_that_finds_several_is_412()
    {
        await Server.Post("Patient", Patient("1"));
        await Server.Post("Patient", Patient("1"));
        IsOutcome(await Server.Post("Patient", Patient("1"), ("If-None-Exist", $"identifier={System}|1")), 412);
    }

    [Fact]
    public async Task A_condition_with_an_unknown_parameter_is_400() =>
        IsOutcome(await Server.Post("Patient", Patient("1"), ("If-None-Exist", "nonsense=1")), 400);

    [Fact]
    public async Task Bodies_that_are_not_json_or_no_such_resource_are_400()
    {
        IsOutcome(await Server.Post("Patient", """{"resourceType":"""), 400);
        IsOutcome(await Server.Post("Patient", "[]"), 400);
        IsOutcome(await Server.Post("Patient", ""), 400);
        IsOutcome(await Server.Post("Patient", "{}"), 400);
        IsOutcome(await Server.Post("Patient", """{"resourceType":"Encounter"}"""), 400);
        IsOutcome(await Server.Post("Patient", """{"resourceType":"Nonsense"}"""), 400);
    }

    [Fact]
    public async Task Only_fhir_content_types_are_taken()
    {
        IsOutcome(await Server.Post("Patient", Patient("1"), ("Content-Type", "text/plain")), 400);
        IsOutcome(await Server.Post("Patient", Patient("1"), ("Content-Type", "")), 400);
        Assert.Equal(201, (await Server.Post("Patient", Patient("1"), ("Content-Type", "application/json; charset=UTF-8"))).Status);
    }

    [Fact]
    public async Task Bad_codes_dates_and_types_are_400()
    {
        foreach (var bad in new[]
        {
            "\"gender\":\"nonsense\"", "\"birthDate\":\"nonsense\"", "\"birthDate\":\"2020-13-01\"", "\"active\":\"nonsense\"",
            "\"contact\":[{\"gender\":\"nonsense\"}]", "\"deceasedDateTime\":\"yesterday\"", "\"multipleBirthInteger\":\"many\"",
        })
        {
            IsOutcome(await Server.Post("Patient", Patient("1", bad)), 400);
        }

        IsOutcome(
            await Server.Post("Composition", """{"resourceType":"Composition","section":[{"section":[{"mode":"nonsense"}]}]}"""), 400);
        Assert.Equal(0, (await Server.Get($"Patient?identifier={System}|1")).Total);
    }

    [Fact]
    public async Task Unknown_elements_nulls_and_empty_values_are_dropped_silently()
    {
        var created = await Server.Post(
            "Patient", Patient("1", "\"nonsense\":\"x\",\"active\":null,\"gender\":\"\",\"name\":[],\"maritalStatus\":{\"nonsense\":1}"));
        Assert.Equal(201, created.Status);
        var stored = (await Server.Get($"Patient/{created.Id}")).Body!;
        Assert.Equal(["resourceType", "id", "meta", "identifier"], stored.Select(member => member.Key));
    }

    [Fact]
    public async Task Extensions_of_primitives_decimals_and_unicode_survive()
    {
        const string More = "\"name\":[{\"given\":[\"Zoë\",null],\"_given\":[null,{\"extension\":[{\"url\":\"urn:x\",\"valueDecimal\":1."
            + "50}]}]}],\"_birthDate\":{\"extension\":[{\"url\":\"urn:y\",\"valueString\":\"😀\"}]}";
        var created = await Server.Post("Patient", Patient("1", More));
        var stored = (await Server.Get($"Patient/{created.Id}")).Body!;
        Assert.Equal("Zoë", (string?)stored["name"]![0]!["given"]![0]);
        Assert.Equal("1.50", stored["name"]![0]!["_given"]![1]!["extension"]![0]!["valueDecimal"]!.ToJsonString());
        Assert.Equal("😀", (string?)stored["_birthDate"]!["extension"]![0]!["valueString"]);
    }

    [Fact]
    public async Task Scalars_of_another_json_type_are_read_where_they_can_be()
    {
        var created = await Server.Post(
            "Patient",
            """{"resourceType":"Patient","active":"true","multipleBirthInteger":"2","birthDate":1980,"identifier":[{"value":5}]"""
                + ""","name":{"family":"x"}}""");
        Assert.Equal(201, created.Status);
        Assert.True((bool)created.Body!["active"]!);
        Assert.Equal(2, (int)created.Body!["multipleBirthInteger"]!);
        Assert.Equal("1980", created.Text("birthDate"));
        Assert.Equal("5", (string?)created.Body!["identifier"]![0]!["value"]);
        Assert.Equal("x", (string?)created.Body!["name"]![0]!["family"]);
    }

    [Fact]
    public async Task A_leap_second_and_a_long_decimal_are_kept()
    {
        const string Decimal = "1.23456789012345678901234567890123456789";
        var more = $"\"deceasedDateTime\":\"2016-12-31T23:59:60Z\",\"extension\":[{{\"url\":\"urn:x\",\"valueDecimal\":{Decimal}}}]";
        var created = await Server.Post("Patient", Patient("1", more));
        Assert.Equal(201, created.Status);
        var stored = await Server.Get($"Patient/{created.Id}");
        Assert.Equal("2016-12-31T23:59:60Z", stored.Text("deceasedDateTime"));
        Assert.Equal(Decimal, stored.Body!["extension"]![0]!["valueDecimal"]!.ToJsonString());
    }

    [Fact]
    public async Task A_resource_of_nothing_but_its_type_is_stored() =>
        Assert.Equal(201, (await Server.Post("Patient", """{"resourceType":"Patient"}""")).Status);

    [Fact]
    public async Task Of_an_element_written_twice_the_last_is_taken()
    {
        var created = await Server.Post("Patient", Patient("1", "\"active\":true,\"active\":false"));
        Assert.Equal(201, created.Status);
        Assert.False((bool)created.Body!["active"]!);
    }

    [Fact]
    public async Task Narrative_must_be_well_formed()
    {
        IsOutcome(
            await Server.Post(
                "Patient",
                """{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">a < """
                    + """b</div>"}}"""),
            400);
        Assert.Equal(
            201,
            (await Server.Post(
                "Patient",
                """{"resourceType":"Patient","text":{"status":"generated","div":"<div """
                    + """xmlns=\"http://www.w3.org/1999/xhtml\">a&nbsp;&lt; <br/>b</div>"}}""")).Status);
    }

    [Fact]
    public async Task A_missing_required_element_is_accepted() =>
        Assert.Equal(
            201,
            (await Server.Post(
                "Composition", $$$"""{"resourceType":"Composition","identifier":{"system":"{{{System}}}","value":"1"}}""")).Status);

    [Fact]
    public async Task The_server_sets_version_time_and_source()
    {
        var created = await Server.Post(
            "Patient", """{"resourceType":"Patient","meta":{"versionId":"77","lastUpdated":"2001-01-01T00:00:00Z","source":"urn:me"}}""",
            ("X-Request-Id", Mark));
        var meta = (await Server.Get($"Patient/{created.Id}")).Body!["meta"]!;
        Assert.Equal("1", (string?)meta["versionId"]);
        Assert.DoesNotContain("2001", (string)meta["lastUpdated"]!, StringComparison.Ordinal);
        Assert.Equal($"urn:me#{Mark}", (string?)meta["source"]);
    }

    [Fact]
    public async Task A_binary_is_stored_as_the_resource_it_is()
    {
        var created = await Server.Post("Binary", """{"resourceType":"Binary","contentType":"application/json","data":"e30="}""");
        Assert.Equal(201, created.Status);
        var read = await Server.Get($"Binary/{created.Id}", ("Accept", "application/fhir+json"));
        Assert.Equal("e30=", read.Text("data"));
    }

    [Fact]
    public async Task Contained_resources_stay_inside()
    {
        var created = await Server.Post(
            "Encounter", Encounter("#p", "\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"p\",\"active\":true}]"));
        Assert.Equal(201, created.Status);
        Assert.Equal(JsonValue.Create(true).ToJsonString(), created.Body!["contained"]![0]!["active"]!.ToJsonString());
    }
}

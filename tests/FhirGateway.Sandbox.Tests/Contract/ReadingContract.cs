namespace FhirGateway.Sandbox.Tests.Contract;

public abstract class ReadingContract(FhirServer server) : ServerContract(server)
{
    [Fact]
    public async Task A_read_carries_version_and_time_in_headers()
    {
        await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        var read = await Server.Get($"Patient/{Mark}");
        Assert.Equal(200, read.Status);
        Assert.Equal("W/\"1\"", read.Headers["ETag"]);
        Assert.Equal($"{Server.BaseUrl}/Patient/{Mark}/_history/1", read.Headers["Content-Location"]);
        Assert.True(read.Headers.ContainsKey("Last-Modified"));
        Assert.Equal("1", (string?)read.Body!["meta"]!["versionId"]);
    }

    [Fact]
    public async Task An_unknown_id_is_404() => IsOutcome(await Server.Get($"Patient/{Mark}"), 404);

    [Fact]
    public async Task An_unknown_type_is_404_whatever_is_asked()
    {
        IsOutcome(await Server.Get("Nonsense/1"), 404);
        IsOutcome(await Server.Get("Nonsense"), 404);
        IsOutcome(await Server.Post("Nonsense", """{"resourceType":"Nonsense"}"""), 404);
    }

    [Fact]
    public async Task Each_version_can_be_read()
    {
        await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        await Server.Put($"Patient/{Mark}", Patient("2", id: Mark));
        var first = await Server.Get($"Patient/{Mark}/_history/1");
        Assert.Equal(200, first.Status);
        Assert.Equal("W/\"1\"", first.Headers["ETag"]);
        Assert.Equal("1", (string?)first.Body!["identifier"]![0]!["value"]);
        IsOutcome(await Server.Get($"Patient/{Mark}/_history/77"), 404);
    }

    [Fact]
    public async Task History_lists_versions_newest_first_with_what_made_them()
    {
        await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        await Server.Put($"Patient/{Mark}", Patient("2", id: Mark));
        await Server.Delete($"Patient/{Mark}");
        var history = await Server.Get($"Patient/{Mark}/_history");
        Assert.Equal(200, history.Status);
        Assert.Equal("history", history.Text("type"));
        Assert.Equal(["DELETE", "PUT", "POST"], history.Entries.Select(entry => (string)entry["request"]!["method"]!));
        Assert.Equal(["200 OK", "200 OK", "201 Created"], history.Entries.Select(entry => (string)entry["response"]!["status"]!));
        Assert.False(history.Entries[0].ContainsKey("resource"));
        Assert.Equal("W/\"3\"", (string?)history.Entries[0]["response"]!["etag"]);
    }

    [Fact]
    public async Task History_of_what_never_was_is_404() => IsOutcome(await Server.Get($"Patient/{Mark}/_history"), 404);

    [Fact]
    public async Task An_unchanged_resource_need_not_be_sent_again()
    {
        await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        var same = await Server.Get($"Patient/{Mark}", ("If-None-Match", "W/\"1\""));
        Assert.Equal(304, same.Status);
        Assert.Null(same.Body);
        Assert.Equal(200, (await Server.Get($"Patient/{Mark}", ("If-None-Match", "W/\"9\""))).Status);
    }

    [Fact]
    public async Task Head_answers_as_get_without_a_body()
    {
        await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        var head = await Server.Send("HEAD", $"Patient/{Mark}", null);
        Assert.Equal(200, head.Status);
        Assert.Equal("W/\"1\"", head.Headers["ETag"]);
        Assert.Null(head.Body);
    }

    [Fact]
    public async Task The_request_id_is_echoed()
    {
        var reply = await Server.Get($"Patient/{Mark}", ("X-Request-Id", Mark));
        Assert.Equal(Mark, reply.Headers["X-Request-Id"]);
    }

    [Fact]
    public async Task The_capability_statement_names_r4_and_the_conditional_interactions()
    {
        var metadata = await Server.Get("metadata");
        Assert.Equal(200, metadata.Status);
        Assert.Equal("CapabilityStatement", metadata.Type);
        Assert.Equal("4.0.1", metadata.Text("fhirVersion"));
        var patient = metadata.Body!["rest"]![0]!["resource"]!.AsArray().Single(resource => (string?)resource!["type"] == "Patient")!;
        Assert.True((bool)patient["conditionalCreate"]!);
        Assert.True((bool)patient["conditionalUpdate"]!);
        Assert.Contains(patient["searchParam"]!.AsArray(), parameter => (string?)parameter!["name"] == "identifier");
    }

    [Fact]
    public async Task The_base_alone_and_unknown_operations_are_400()
    {
        IsOutcome(await Server.Get(""), 400);
        IsOutcome(await Server.Get("Patient/$nonsense"), 400);
    }
}

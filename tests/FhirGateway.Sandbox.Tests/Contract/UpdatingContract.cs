namespace FhirGateway.Sandbox.Tests.Contract;

public abstract class UpdatingContract(FhirServer server) : ServerContract(server)
{
    [Fact]
    public async Task An_update_of_nothing_creates_it()
    {
        var created = await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        Assert.Equal(201, created.Status);
        Assert.Equal("W/\"1\"", created.Headers["ETag"]);
        var updated = await Server.Put($"Patient/{Mark}", Patient("2", id: Mark));
        Assert.Equal(200, updated.Status);
        Assert.Equal("W/\"2\"", updated.Headers["ETag"]);
        Assert.Equal("2", (string?)updated.Body!["identifier"]![0]!["value"]);
    }

    [Fact]
    public async Task An_unchanged_update_keeps_its_version()
    {
        await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        var again = await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        Assert.Equal(200, again.Status);
        Assert.Equal("W/\"1\"", again.Headers["ETag"]);
    }

    [Fact]
    public async Task The_body_must_carry_the_id_of_the_url()
    {
        IsOutcome(await Server.Put($"Patient/{Mark}", Patient("1")), 400);
        IsOutcome(await Server.Put($"Patient/{Mark}", Patient("1", id: Mark + "x")), 400);
    }

    [Fact]
    public async Task A_client_may_not_choose_a_numeric_or_invalid_id()
    {
        IsOutcome(await Server.Put("Patient/987654321", Patient("1", id: "987654321")), 400);
        IsOutcome(await Server.Put("Patient/bad_id!", Patient("1", id: "bad_id!")), 400);
    }

    [Fact]
    public async Task A_uuid_is_an_id()
    {
        var id = Guid.NewGuid().ToString();
        Assert.Equal(201, (await Server.Put($"Patient/{id}", Patient("1", id: id))).Status);
    }

    [Fact]
    public async Task A_stale_if_match_is_409_and_changes_nothing()
    {
        await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        await Server.Put($"Patient/{Mark}", Patient("2", id: Mark));
        IsOutcome(await Server.Put($"Patient/{Mark}", Patient("3", id: Mark), ("If-Match", "W/\"1\"")), 409);
        Assert.Equal("W/\"2\"", (await Server.Get($"Patient/{Mark}")).Headers["ETag"]);
        Assert.Equal(200, (await Server.Put($"Patient/{Mark}", Patient("3", id: Mark), ("If-Match", "W/\"2\""))).Status);
    }

    [Fact]
    public async Task Labels_and_tags_stay_profiles_do_not()
    {
        var meta = """ "meta":{"profile":["urn:p"],"security":[{"system":"urn:s","code":"1"}],"tag":[{"system":"urn:t","code":"1"}]} """;
        await Server.Put($"Patient/{Mark}", Patient("1", meta, Mark));
        await Server.Put($"Patient/{Mark}", Patient("1", """ "meta":{"security":[{"system":"urn:s","code":"2"}]} """, Mark));
        var stored = (await Server.Get($"Patient/{Mark}")).Body!["meta"]!;
        Assert.Equal("2", (string?)stored["versionId"]);
        Assert.Equal(["1", "2"], stored["security"]!.AsArray().Select(label => (string)label!["code"]!).Order());
        Assert.Equal("1", (string?)stored["tag"]![0]!["code"]);
        Assert.Null(stored["profile"]);
    }

    [Fact]
    public async Task Leaving_out_a_label_is_not_a_change()
    {
        await Server.Put($"Patient/{Mark}", Patient("1", """ "meta":{"security":[{"system":"urn:s","code":"1"}]} """, Mark));
        var again = await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        Assert.Equal("W/\"1\"", again.Headers["ETag"]);
        Assert.Equal(
            "W/\"2\"",
            (await Server.Put(
                $"Patient/{Mark}", Patient("1", """ "meta":{"security":[{"system":"urn:s","code":"2"}]} """, Mark))).Headers["ETag"]);
    }

    [Fact]
    public async Task A_conditional_update_creates_then_updates()
    {
        var url = $"Patient?identifier={System}|1";
        var created = await Server.Put(url, Patient("1"));
        var same = await Server.Put(url, Patient("1"));
        var changed = await Server.Put(url, Patient("1", "\"active\":true"));
        Assert.Equal([201, 200, 200], new[] { created.Status, same.Status, changed.Status });
        Assert.Equal(["W/\"1\"", "W/\"1\"", "W/\"2\""], new[] { created, same, changed }.Select(reply => reply.Headers["ETag"]));
        Assert.Equal(created.Id, changed.Id);
        Assert.True((bool)changed.Body!["active"]!);
    }

    [Fact]
    public async Task A_conditional_update_may_be_url_encoded()
    {
        await Server.Put($"Patient?identifier={Uri.EscapeDataString(System + "|1")}", Patient("1"));
        Assert.Equal(1, (await Server.Get($"Patient?identifier={System}|1")).Total);
        Assert.Equal(200, (await Server.Put($"Patient?identifier={System}|1", Patient("1"))).Status);
    }

    [Fact]
    public async Task A_conditional_update_that_finds_several_is_412()
    {
        await Server.Post("Patient", Patient("1"));
        await Server.Post("Patient", Patient("1"));
        IsOutcome(await Server.Put($"Patient?identifier={System}|1", Patient("1")), 412);
    }

    [Fact]
    public async Task What_a_conditional_update_creates_must_meet_the_condition()
    {
        IsOutcome(await Server.Put($"Patient?identifier={System}|1", Patient("2")), 400);
        Assert.Equal(0, (await Server.Get($"Patient?identifier={System}|2")).Total);
    }

    [Fact]
    public async Task A_conditional_update_ignores_the_id_of_the_body()
    {
        var created = await Server.Put($"Patient?identifier={System}|1", Patient("1", id: Mark));
        Assert.Equal(201, created.Status);
        Assert.NotEqual(Mark, created.Id);
    }

    [Fact]
    public async Task An_update_needs_an_id_or_a_condition() => IsOutcome(await Server.Put("Patient", Patient("1")), 400);
}

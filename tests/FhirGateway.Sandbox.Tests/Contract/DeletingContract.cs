namespace FhirGateway.Sandbox.Tests.Contract;

public abstract class DeletingContract(FhirServer server) : ServerContract(server)
{
    [Fact]
    public async Task A_deleted_resource_is_gone_but_its_versions_are_not()
    {
        await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        var deleted = await Server.Delete($"Patient/{Mark}");
        Assert.Equal(200, deleted.Status);
        Assert.Equal("SUCCESSFUL_DELETE", (string?)deleted.Body!["issue"]![0]!["details"]!["coding"]![0]!["code"]);
        var gone = await Server.Get($"Patient/{Mark}");
        IsOutcome(gone, 410);
        Assert.Equal($"{Server.BaseUrl}/Patient/{Mark}/_history/2", gone.Headers["Location"]);
        Assert.Equal(200, (await Server.Get($"Patient/{Mark}/_history/1")).Status);
        Assert.Equal(0, (await Server.Get($"Patient?identifier={System}|1")).Total);
    }

    [Fact]
    public async Task Deleting_twice_or_nothing_is_200()
    {
        Assert.Equal("SUCCESSFUL_DELETE_NOT_FOUND", Code(await Server.Delete($"Patient/{Mark}")));
        await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        await Server.Delete($"Patient/{Mark}");
        Assert.Equal("SUCCESSFUL_DELETE_ALREADY_DELETED", Code(await Server.Delete($"Patient/{Mark}")));
    }

    [Fact]
    public async Task A_deleted_resource_comes_back_with_the_next_version_and_its_labels()
    {
        await Server.Put($"Patient/{Mark}", Patient("1", """ "meta":{"security":[{"system":"urn:s","code":"1"}]} """, Mark));
        await Server.Delete($"Patient/{Mark}");
        var back = await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        Assert.Equal(201, back.Status);
        Assert.Equal("W/\"3\"", back.Headers["ETag"]);
        Assert.Equal("1", (string?)(await Server.Get($"Patient/{Mark}")).Body!["meta"]!["security"]![0]!["code"]);
    }

    [Fact]
    public async Task What_is_referred_to_can_not_be_deleted()
    {
        await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        await Server.Post("Encounter", Encounter($"Patient/{Mark}"));
        IsOutcome(await Server.Delete($"Patient/{Mark}"), 409);
        Assert.Equal(200, (await Server.Get($"Patient/{Mark}")).Status);
    }

    [Fact]
    public async Task A_conditional_delete_takes_one_and_refuses_several()
    {
        Assert.Equal("SUCCESSFUL_DELETE_NOT_FOUND", Code(await Server.Delete($"Patient?identifier={System}|1")));
        var created = await Server.Post("Patient", Patient("1"));
        Assert.Equal(200, (await Server.Delete($"Patient?identifier={System}|1")).Status);
        IsOutcome(await Server.Get($"Patient/{created.Id}"), 410);
        await Server.Post("Patient", Patient("2"));
        await Server.Post("Patient", Patient("2"));
        IsOutcome(await Server.Delete($"Patient?identifier={System}|2"), 412);
    }

    [Fact]
    public async Task A_delete_needs_an_id_or_a_condition() => IsOutcome(await Server.Delete("Patient"), 400);

    private static string? Code(Reply reply) => (string?)reply.Body!["issue"]![0]!["details"]!["coding"]![0]!["code"];
}

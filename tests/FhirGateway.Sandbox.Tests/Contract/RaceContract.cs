namespace FhirGateway.Sandbox.Tests.Contract;

/// <summary>
/// Eight clients at once. Losers may be told 409 (HAPI) or be served after the winner (sandbox); a double is made by neither.
/// </summary>
public abstract class RaceContract(FhirServer server) : ServerContract(server)
{
    private const int Clients = 8;

    [Fact]
    public async Task The_same_conditional_create_makes_one_resource()
    {
        var replies = await Race(_ => Server.Post("Patient", Patient("1"), ("If-None-Exist", $"identifier={System}|1")));
        Assert.Single(replies, reply => reply.Status == 201);
        Assert.All(replies, reply => Assert.Contains(reply.Status, new[] { 200, 201, 409 }));
        Assert.Equal(1, (await Server.Get($"Patient?identifier={System}|1")).Total);
    }

    // Racing bare conditional updates, HAPI 8.8 makes doubles now and then (204 of 2,388 races of eight). What the gateway sends also puts
    // a Provenance under an id of its own, and on that the racers meet: no double in 1,192 races.
    [Fact]
    public async Task The_same_transaction_with_a_conditional_update_and_an_id_of_its_own_makes_one_resource()
    {
        var replies = await Race(_ => Server.Transact(
            Entry("PUT", $"Patient?identifier={System}|1", Patient("1"), Urn(1)),
            Entry("PUT", $"Patient/{Mark}", Patient("2", id: Mark), Urn(2))));
        Assert.Contains(replies, reply => reply.Status == 200);
        Assert.All(replies, reply => Assert.Contains(reply.Status, new[] { 200, 409 }));
        Assert.Equal(1, (await Server.Get($"Patient?identifier={System}|1")).Total);
        Assert.Equal(1, (await Server.Get($"Patient?identifier={System}|2")).Total);
    }

    [Fact]
    public async Task Different_transactions_that_create_the_same_patient_make_one()
    {
        var replies = await Race(client => Server.Transact(
            Entry("POST", "Patient", Patient("1"), Urn(1), $"\"ifNoneExist\":\"identifier={System}|1\""),
            Entry(
                "POST", "Encounter", Encounter(Urn(1), $"\"identifier\":[{{\"system\":\"{System}\",\"value\":\"e{client}\"}}]"), Urn(2))));
        Assert.All(replies, reply => Assert.Contains(reply.Status, new[] { 200, 409 }));
        Assert.Equal(1, (await Server.Get($"Patient?identifier={System}|1")).Total);
        Assert.Equal(replies.Count(reply => reply.Status == 200), (await Server.Get($"Encounter?identifier={System}|")).Total);
    }

    [Fact]
    public async Task Of_updates_with_one_if_match_one_wins()
    {
        await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        var replies = await Race(
            client => Server.Put($"Patient/{Mark}", Patient("1", $"\"birthDate\":\"199{client}-01-01\"", Mark), ("If-Match", "W/\"1\"")));
        Assert.Single(replies, reply => reply.Status == 200);
        Assert.Equal(Clients - 1, replies.Count(reply => reply.Status == 409));
        Assert.Equal("W/\"2\"", (await Server.Get($"Patient/{Mark}")).Headers["ETag"]);
    }

    protected static Task<Reply[]> Race(Func<int, Task<Reply>> send) =>
        Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(() => send(client))));
}

using FhirGateway.Sandbox.Tests.Contract;

namespace FhirGateway.Sandbox.Tests;

// Each contract on the sandbox, and on HAPI, which it must be like.

public sealed class SandboxReading() : ReadingContract(FhirServer.Sandbox());

public sealed class SandboxCreating() : CreatingContract(FhirServer.Sandbox());

public sealed class SandboxUpdating() : UpdatingContract(FhirServer.Sandbox());

public sealed class SandboxDeleting() : DeletingContract(FhirServer.Sandbox());

public sealed class SandboxPatching() : PatchingContract(FhirServer.Sandbox());

public sealed class SandboxReferences() : ReferenceContract(FhirServer.Sandbox());

public sealed class SandboxSearching() : SearchingContract(FhirServer.Sandbox());

public sealed class SandboxTransactions() : TransactionContract(FhirServer.Sandbox());

public sealed class SandboxRaces() : RaceContract(FhirServer.Sandbox())
{
    [Fact]
    public async Task The_same_conditional_update_makes_one_resource()
    {
        var replies = await Race(
            client => Server.Put($"Patient?identifier={System}|1", Patient("1", $"\"birthDate\":\"199{client}-01-01\"")));
        Assert.Single(replies, reply => reply.Status == 201);
        Assert.All(replies, reply => Assert.Contains(reply.Status, new[] { 200, 201, 409 }));
        Assert.Equal(1, (await Server.Get($"Patient?identifier={System}|1")).Total);
    }
}

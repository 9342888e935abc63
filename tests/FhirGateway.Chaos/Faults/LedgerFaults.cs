namespace FhirGateway.Chaos.Faults;

/// <summary>The ledger's disk or file goes wrong.</summary>
internal static class LedgerFaults
{
    // What Gateway:Ledger:Path can't be used for must end the start with this code and a sentence.
    private const int MachineRefused = 1;

    public static IReadOnlyList<Fault> All { get; } =
    [
        new("disk-full", async scene =>
        {
            scene.Disk!.Fill();
            await scene.HoldAsync();
            scene.Disk.Empty();
        })
        {
            Lacks = Mounted,
        },
        new("disk-full-and-sigkill", async scene =>
        {
            scene.Disk!.Fill();
            await scene.HoldAsync();
            foreach (var node in scene.Nodes) await node.SignalAsync("KILL");
            scene.Disk.Empty();
            await scene.StartAllAsync();
        })
        {
            Lacks = Mounted,
        },
        new("read-only-at-start", async scene =>
        {
            await scene.StopAllAsync();
            if (scene.Disk!.MakeReadOnly())
            {
                var code = await scene.Nodes[0].FailToStartAsync();
                if (code != MachineRefused) scene.Problems.Add($"started on a read-only ledger it ended with {code}");
                scene.Disk.MakeWritable();
            }
            else
            {
                scene.Problems.Add("the ledger's disk could not be made read-only: something holds it open");
            }

            await scene.StartAllAsync();
        })
        {
            Lacks = Mounted,
        },
        new("postgres-restart", async scene =>
        {
            await scene.Postgres!.StopAsync();
            await scene.HoldAsync();
            await scene.Postgres.StartAsync();
        })
        {
            Lacks = OwnPostgres,
        },
        new("postgres-killed", async scene =>
        {
            await scene.Postgres!.KillAsync();
            await scene.HoldAsync();
            await scene.Postgres.StartAsync();
        })
        {
            Lacks = OwnPostgres,
        },
        new("postgres-killed-and-sigkill", async scene =>
        {
            await scene.Postgres!.KillAsync();
            var node = scene.AnyNode();
            await node.SignalAsync("KILL");
            await scene.Postgres.StartAsync();
            await node.StartAsync();
        })
        {
            Lacks = OwnPostgres,
        },
        new("database-cut-off", scene => CutAsync(scene, scene.Options.Window)) { Lacks = OwnPostgres },
        new("database-cut-off-past-lease", scene => CutAsync(scene, Scene.Lease * 1.5)) { Lacks = OwnPostgres },
        new("ledger-removed", async scene =>
        {
            scene.Disk!.DeleteLedger();
            scene.Journal.LedgerLost();
            await scene.HoldAsync();
            foreach (var node in scene.Nodes) await node.SignalAsync("KILL");
            scene.Journal.NewLedger();
            await scene.StartAllAsync();
        })
        {
            Lacks = scene => scene.Disk is null ? "the ledger is not a file of this program's" : null,
        },
    ];

    // One gateway loses sight of its database; the others, and the database itself, see nothing of it.
    private static async Task CutAsync(Scene scene, TimeSpan time)
    {
        var line = scene.AnyNode().Database!;
        line.Cut();
        await scene.HoldAsync(time);
        line.Mend();
    }

    private static string? OwnPostgres(Scene scene) => scene.Postgres is null ? "the ledger is not a PostgreSQL of this program's" : null;

    private static string? Mounted(Scene scene) => scene.Disk is null ? "the ledger is not a file of this program's"
        : scene.Disk.CanFill ? null
        : "no disk may be mounted here (it takes root on Linux)";
}

using FhirGateway.Chaos.Gateways;

namespace FhirGateway.Chaos.Faults;

/// <summary>A gateway ends, hangs, or its clock is set.</summary>
internal static class ProcessFaults
{
    /// <summary>Ends without a word, and is started again at once.</summary>
    public static Fault Kill { get; } = new("sigkill", scene => RestartAsync(scene, "KILL"));

    public static IReadOnlyList<Fault> All { get; } =
    [
        Kill,
        new("sigkill-and-fault", async scene =>
        {
            using (ProxyFaults.Any(scene))
            {
                await scene.HoldAsync(scene.Options.Window / 2);
                await RestartAsync(scene, "KILL");
            }
        }),
        new("sigterm", scene => RestartAsync(scene, "TERM")),
        new("sigterm-and-fault", async scene =>
        {
            using (ProxyFaults.Any(scene))
            {
                await scene.HoldAsync(scene.Options.Window / 2);
                await RestartAsync(scene, "TERM");
            }
        }),
        new("sigstop", scene => FreezeAsync(scene, scene.Options.Window)),
        new("sigstop-past-lease", scene => FreezeAsync(scene, Scene.Lease * 1.3)),
        new("sigstop-past-eviction", scene => FreezeAsync(scene, Eviction))
        {
            Lacks = scene => scene.Options.Cluster ? null : "the gateways are no cluster",
        },
        new("rolling-restart", async scene =>
        {
            foreach (var node in scene.Nodes)
            {
                await scene.StopAsync(node);
                await node.StartAsync();
            }
        }),
        new("scale-to-one-and-back", async scene =>
        {
            var others = scene.Nodes.Skip(1).ToList();
            foreach (var node in others) await scene.StopAsync(node);
            await scene.HoldAsync();
            foreach (var node in others) await node.StartAsync();
        })
        {
            Lacks = scene => scene.Nodes.Count > 1 ? null : "there is one gateway only",
        },
        OfClock("clock-back", TimeSpan.FromHours(-1)),
        OfClock("clock-ahead", TimeSpan.FromHours(1)),
    ];

    // Longer than the others of a cluster wait before they declare one dead.
    private static readonly TimeSpan Eviction = TimeSpan.FromSeconds(35);

    private static async Task RestartAsync(Scene scene, string signal)
    {
        var node = scene.AnyNode();
        if (signal == "TERM") await scene.StopAsync(node);
        else await node.SignalAsync(signal);
        await node.StartAsync();
    }

    private static async Task FreezeAsync(Scene scene, TimeSpan time)
    {
        var node = scene.AnyNode();
        await node.SignalAsync("STOP");
        await scene.HoldAsync(time);
        await node.SignalAsync("CONT");
    }

    // Set while it runs, and set right again while it runs: both steps are faults.
    private static Fault OfClock(string name, TimeSpan step) => new(name, async scene =>
    {
        await scene.StopAllAsync();
        scene.Clock.Set(TimeSpan.Zero);
        await scene.StartAllAsync(scene.Clock.Environment);
        await scene.HoldAsync();
        scene.Clock.Set(step);
        await scene.HoldAsync(scene.Options.Window * 2);
        scene.Clock.Set(TimeSpan.Zero);
        await scene.HoldAsync();
        await scene.StopAllAsync();
        await scene.StartAllAsync();
    })
    {
        Lacks = _ => SteppedClock.IsThere ? null : "libfaketime is not installed (Debian: apt-get install faketime)",
    };
}

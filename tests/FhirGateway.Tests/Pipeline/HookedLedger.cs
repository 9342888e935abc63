using System.Reflection;
using FhirGateway.Ledger;

namespace FhirGateway.Tests.Pipeline;

/// <summary>A gateway's own ledger, with something that happens after one of its methods has answered.</summary>
public class HookedLedger : DispatchProxy
{
    private ILedger _ledger = null!;
    private string _method = "";
    private Action _afterwards = () => { };

    /// <param name="method">Its name: one that answers yes or no.</param>
    public static ILedger Around(ILedger ledger, string method, Action afterwards)
    {
        var around = Create<ILedger, HookedLedger>();
        var hooked = (HookedLedger)(object)around;
        (hooked._ledger, hooked._method, hooked._afterwards) = (ledger, method, afterwards);
        return around;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var answer = targetMethod!.Invoke(_ledger, args);
        return targetMethod.Name == _method ? AfterAsync((Task<bool>)answer!) : answer;
    }

    private async Task<bool> AfterAsync(Task<bool> answer)
    {
        var result = await answer;
        _afterwards();
        return result;
    }
}

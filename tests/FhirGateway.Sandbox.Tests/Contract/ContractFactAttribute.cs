using FhirGateway.Testing;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace FhirGateway.Sandbox.Tests.Contract;

/// <summary>A fact of a contract class. It runs in every class that inherits it, and is skipped by name where that class lacks what it needs.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("FhirGateway.Sandbox.Tests.Contract.ContractFactDiscoverer", "FhirGateway.Sandbox.Tests")]
public sealed class ContractFactAttribute : FactAttribute;

/// <summary>Marks a contract class that runs against a real HAPI FHIR server.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class AgainstHapiAttribute : Attribute;

/// <summary>Finds contract facts. Each derived class is asked for itself, which a skip on the inherited method could not do.</summary>
public sealed class ContractFactDiscoverer(IMessageSink diagnostics) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        [new ContractTestCase(diagnostics, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod)];
}

/// <summary>One contract fact in one derived class.</summary>
public sealed class ContractTestCase : XunitTestCase
{
    [Obsolete("For xunit's deserialization only")]
    public ContractTestCase()
    {
    }

    public ContractTestCase(IMessageSink diagnostics, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(diagnostics, display, options, method)
    {
    }

    protected override string GetSkipReason(IAttributeInfo factAttribute) =>
        TestMethod.TestClass.Class.GetCustomAttributes(typeof(AgainstHapiAttribute)).Any() && Requirements.Hapi is null
            ? "needs HAPI FHIR: set FHIRGATEWAY_TEST_HAPI to its base URL"
            : base.GetSkipReason(factAttribute);
}

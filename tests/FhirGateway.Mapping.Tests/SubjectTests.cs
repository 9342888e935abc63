namespace FhirGateway.Mapping.Tests;

public sealed class SubjectTests
{
    [Theory]
    [InlineData("Patient/1", "Patient/1", true)]
    [InlineData("Patient/1", "https://server.example/fhir/Patient/1", true)]
    [InlineData("http://inside:8080/fhir/Patient/1", "Patient/1", true)]
    [InlineData("Patient/1", "Patient/11", false)]
    [InlineData("Patient/1", "https://server.example/fhir/Patient/21", false)]
    [InlineData("Patient/1", "https://server.example/fhir/NotPatient/1", false)]
    [InlineData("Patient/1", "Patient/A", false)]
    [InlineData("Patient/a", "Patient/A", false)]
    public void One_patient_is_not_two_however_a_server_writes_its_reference(string one, string other, bool same)
    {
        Assert.Equal(same, Subject.AreSame(one, other));
        Assert.Equal(same, Subject.AreSame(other, one));
    }
}

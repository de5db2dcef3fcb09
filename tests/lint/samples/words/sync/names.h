using namespace std;
std::mutex lock;
auto now = std::chrono::system_clock::now();
